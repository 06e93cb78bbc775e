import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from './database-address';
import { parseMailServer } from './mail-address';
import { readSettings, SettingsFaults } from './settings';

type Variables = Record<string, string | undefined>;

/** What has no default. */
const least = {
  SESSION_SECRET: 'a session secret',
  SECURITY_PASSWORD_SALT: 'a salt',
  SUPERUSER_PASSWORD: 'a password of a superuser',
};

const production = {
  NODE_ENV: 'production',
  APP_URL: 'https://mfo.example',
  TRUST_PROXY: 'loopback',
  SESSION_SECRET: 'Yb0pKx3n1VdQ5rTgWm8uJc7sZa2eLh9f',
  SECURITY_PASSWORD_SALT: 'q6PzX1vRk8Nw3yTbE5hMj0uGd7sCa4Lf',
  SUPERUSER_PASSWORD: 'a password of a superuser',
};

function faultsOf(environment: Variables): readonly string[] {
  try {
    readSettings(environment);
    return [];
  } catch (error) {
    if (error instanceof SettingsFaults) return error.faults;
    throw error;
  }
}

/** The variables with a value in .env.example, and those it shows commented out, with what it says of them. */
const example = [
  ...readFileSync(join(__dirname, '../../.env.example'), 'utf8').matchAll(/^(# )?([A-Z_]+)=(.*)$/gm),
].map(([, comment, name = '', value = '']) => ({ name, value, isComment: comment !== undefined }));

const key = 'dGhlIGVuY3J5cHRpb24ga2V5IG9mIHRoZSB0ZXN0cyE=';

/** Of settings whose value is not the text that sets it. */
const texts: Record<string, string> = {
  ENCRYPTION_KEY: key,
  TRUST_PROXY: 'loopback',
  DATABASE_URL: 'sqlite:data/mfo.sqlite',
  MAIL_URL: 'smtp://127.0.0.1:1025',
  MAIL_FROM: 'festival@example.org',
};

describe('the settings', () => {
  it('take one key for secrets, or several', () => {
    const keys = (ENCRYPTION_KEY: string) => readSettings({ ...least, ENCRYPTION_KEY }).ENCRYPTION_KEY;
    expect(keys(key).map(String)).toEqual(['the encryption key of the tests!']);
    expect(keys(`${key}, ${key}`)).toHaveLength(2);
  });

  it.each(['x', `${key},`, key.slice(1), `${key}${key}`, key.replace('=', ''), 'A'.repeat(64)])(
    'refuse %j as a key for secrets, in one line without it',
    (ENCRYPTION_KEY) => {
      const [fault, ...more] = faultsOf({ ...least, ENCRYPTION_KEY });
      expect(fault).toMatch(/^ENCRYPTION_KEY: must be base64 of 32 bytes/);
      expect(more).toEqual([]);
    },
  );

  it('need three secrets, and have a default for the rest', () => {
    expect(readSettings(least)).toEqual({
      NODE_ENV: 'development',
      ENCRYPTION_KEY: [],
      REQUIRE_SECOND_FACTOR: 'none',
      HOST: '127.0.0.1',
      PORT: 3000,
      APP_NAME: 'Music Festival Organizer',
      APP_URL: 'http://localhost:3000',
      DATABASE_URL: { kind: 'file', file: join(projectFolder, 'data/mfo.sqlite') },
      SESSION_SECRET: ['a session secret'],
      SECURITY_PASSWORD_SALT: 'a salt',
      SUPERUSER_ID: 'admin@fakesite.com',
      SUPERUSER_PASSWORD: 'a password of a superuser',
      REGISTRATION: 'open',
      BCRYPT_COST: 12,
      MAIL_URL: null,
      MAIL_FROM: null,
      REQUIRE_CONFIRMED_EMAIL: false,
      TRUST_PROXY: [],
      KEEP_ALIVE_SECONDS: 75,
      HSTS_SUBDOMAINS: true,
      SESSION_IDLE_MINUTES: 120,
      SESSION_REMEMBER_IDLE_DAYS: 14,
      SESSION_MAX_HOURS: 720,
      TIME_ZONE: 'UTC',
      LOG_LEVEL: 'info',
      isProduction: false,
      isHttps: false,
    });
  });

  it.each<[name: string, text: string, value: unknown]>([
    ['NODE_ENV', 'test', 'test'],
    ['HOST', '0.0.0.0', '0.0.0.0'],
    ['PORT', '8080', 8080],
    ['APP_NAME', 'Fête de la musique', 'Fête de la musique'],
    ['APP_URL', 'HTTPS://MFO.example:8443/', 'https://mfo.example:8443'],
    ['DATABASE_URL', 'sqlite:/var/lib/mfo.sqlite', { kind: 'file', file: '/var/lib/mfo.sqlite' }],
    ['SESSION_SECRET', 'new, old', ['new', 'old']],
    ['SUPERUSER_ID', ' Boss@Example.ORG ', 'boss@example.org'],
    ['REGISTRATION', 'closed', 'closed'],
    ['BCRYPT_COST', '10', 10],
    ['MAIL_URL', 'smtp://127.0.0.1:1025', parseMailServer('smtp://127.0.0.1:1025')],
    ['MAIL_FROM', 'The festival <a@example.org>', { name: 'The festival', address: 'a@example.org' }],
    ['REQUIRE_CONFIRMED_EMAIL', 'true', true],
    ['TRUST_PROXY', '127.0.0.1, 10.0.0.0/8, Loopback', ['127.0.0.1', '10.0.0.0/8', 'loopback']],
    ['TRUST_PROXY', 'fc00::/7,::ffff:10.1.2.0/120', ['fc00::/7', '::ffff:10.1.2.0/120']],
    ['KEEP_ALIVE_SECONDS', '120', 120],
    ['HSTS_SUBDOMAINS', 'false', false],
    ['TIME_ZONE', 'America/Argentina/Ushuaia', 'America/Argentina/Ushuaia'],
    ['SESSION_IDLE_MINUTES', '15', 15],
    ['SESSION_MAX_HOURS', '24', 24],
    ['LOG_LEVEL', 'debug', 'debug'],
  ])('read %s=%s', (name, text, value) => {
    expect(readSettings({ ...least, [name]: text })).toHaveProperty(name, value);
  });

  it.each([
    ['::1', '::1'],
    ['[::1]', '::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1%eth0'],
    ['0.0.0.0', '0.0.0.0'],
    ['localhost', 'localhost'],
    ['my_container.local.', 'my_container.local.'],
  ])('read HOST=%s as %s', (text, host) => {
    expect(readSettings({ ...least, HOST: text }).HOST).toBe(host);
  });

  it.each([...example.map(({ name }) => name).filter((name) => !(name in least))])(
    'take %s without what ends it, and refuse in it what can’t be seen',
    (name) => {
      const value = String(readSettings(least)[name as 'HOST']);
      const fitting = texts[name] ?? value;
      for (const end of ['\r', '\n', ' ', '\t', '\u00a0', '\ufeff', '\u2028', '\u3000', ' \r\n']) {
        expect(readSettings({ ...least, [name]: end + fitting + end })).toEqual(
          readSettings({ ...least, [name]: fitting }),
        );
      }
      for (const [unseen, code] of [
        ['\u0007', '0007'],
        ['\u202e', '202E'],
        ['\r', '000D'],
        ...(name === 'APP_NAME'
          ? []
          : [
              ['\u200b', '200B'],
              ['\u00a0', '00A0'],
              ['\u3164', '3164'],
            ]),
      ]) {
        expect(faultsOf({ ...least, [name]: `${fitting[0]}${unseen}${fitting.slice(1)}` })).toEqual([
          `${name}: holds the character U+${code}, which can't be seen; type the value again`,
        ]);
      }
    },
  );

  it('keep the ends of secrets as they are given', () => {
    expect(
      readSettings({ ...least, SUPERUSER_PASSWORD: ' 8 letters ', SECURITY_PASSWORD_SALT: 'salt\r' }),
    ).toMatchObject({
      SUPERUSER_PASSWORD: ' 8 letters ',
      SECURITY_PASSWORD_SALT: 'salt\r',
    });
  });

  it.each(['False', 'false', '0', 'no', 'off', 'None'])('take %s for "nobody", never for something true', (text) => {
    expect(readSettings({ ...least, TRUST_PROXY: text }).TRUST_PROXY).toEqual([]);
  });

  it('take an empty variable for one that is not set', () => {
    const empty = Object.fromEntries(example.filter(({ name }) => !(name in least)).map(({ name }) => [name, ' ']));
    expect(readSettings({ ...least, ...empty })).toEqual(readSettings(least));
  });

  it('take the address from the port where only that is set', () => {
    expect(readSettings({ ...least, PORT: '8080' }).APP_URL).toBe('http://localhost:8080');
  });

  it.each<[name: string, text: string, message: string]>([
    ['NODE_ENV', 'prod', 'must be development, production or test'],
    ['PORT', '80a', 'must be a whole number from 0 to 65535'],
    ['PORT', '65536', 'must be a whole number from 0 to 65535'],
    ['PORT', '-1', 'must be a whole number from 0 to 65535'],
    ['APP_NAME', 'n'.repeat(61), 'must have at most 60 characters'],
    ...['mfo.example', 'ftp://mfo.example', 'https://mfo.example/path', 'https://user@mfo.example', 'https://'].map(
      (url): [string, string, string] => [
        'APP_URL',
        url,
        'must be the http or https address of the site, without a path',
      ],
    ),
    ...['mfo.sqlite', 'postgres://db/mfo'].map((url): [string, string, string] => [
      'DATABASE_URL',
      url,
      'must be sqlite:path/to/file or mysql://user:password@host:3306/name',
    ]),
    ['SESSION_SECRET', 'one,,two', 'holds an empty secret between its commas'],
    ['SUPERUSER_ID', 'not an address', 'must be an e-mail address'],
    ['SUPERUSER_PASSWORD', 'x', 'must have at least 8 characters'],
    ['REGISTRATION', 'False', 'must be open or closed'],
    ['BCRYPT_COST', '3', 'must be a whole number from 4 to 20'],
    ['BCRYPT_COST', '1e1', 'must be a whole number from 4 to 20'],
    ...['mfo.example:3000', 'http://localhost', '[127.0.0.1]', '::1]', '*', 'a b', '-x', '::g', '[::1]:3000'].map(
      (host): [string, string, string] => ['HOST', host, 'must be an address or a name of this machine'],
    ),
    ...['1', '01', '127.1', '0x7f.0.0.1', '10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/255.0.0.0', '::1/129', '*', 'a,'].map(
      (proxies): [string, string, string] => ['TRUST_PROXY', proxies, 'must list the addresses or networks of your'],
    ),
    [
      'TRUST_PROXY',
      '2',
      'must list the addresses or networks of your proxies, like 127.0.0.1, 10.0.0.0/8 or loopback; how',
    ],
    ...['0.0.0.0/0', '::/0', '203.0.113.9/0', '0.0.0.0/1', '128.0.0.0/7', '2000::/3', '0.0.0.0', '::'].map(
      (proxies): [string, string, string] => ['TRUST_PROXY', proxies, 'must list your proxies and nobody else'],
    ),
    ['TRUST_PROXY', '::ffff:0:0/96', 'must list your proxies and nobody else'],
    ['TRUST_PROXY', '10.0.0.2, ::ffff:0.0.0.0/0', 'must list your proxies and nobody else'],
    ['KEEP_ALIVE_SECONDS', '0', 'must be a whole number from 1 to 3600'],
    ['HSTS_SUBDOMAINS', 'yes', 'must be true or false'],
    ['TIME_ZONE', 'Europe/Atlantis', 'must be the name of a time zone'],
    ['TRUST_PROXY', 'true', 'must list the addresses or networks of your proxies'],
    ['TRUST_PROXY', '127.0.0.1,proxy', 'must list the addresses or networks of your proxies'],
    ['SESSION_IDLE_MINUTES', '0', 'must be a whole number from 1 to 525600'],
    ['SESSION_MAX_HOURS', '1.5', 'must be a whole number from 1 to 87600'],
    ['LOG_LEVEL', 'loud', 'must be error, warn, info or debug'],
  ])('refuse %s=%s', (name, text, message) => {
    const faults = faultsOf({ ...least, [name]: text });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(`${name}: ${message}`);
  });

  it('say all faults at once, each once on a line of its own, and no value', () => {
    const faulty = {
      NODE_ENV: 'production',
      PORT: 'hidden',
      SESSION_SECRET: 'abcd1234,hidden',
      SUPERUSER_PASSWORD: 'hidden',
      APP_URL: 'http://hidden.example',
      BCRYPT_COST: '4',
    };
    const faults = faultsOf(faulty);
    const named = ['APP_URL', 'BCRYPT_COST', 'PORT', 'SECURITY_PASSWORD_SALT', 'SESSION_SECRET', 'SUPERUSER_PASSWORD'];
    expect(faults.map((fault) => fault.split(':')[0]).sort()).toEqual(named);
    expect(new SettingsFaults(faults).message.split('\n')).toEqual(faults);
    expect(faults.join()).not.toMatch(/hidden|abcd1234/);
  });

  it('name every variable in .env.example, and nothing else there', () => {
    const variables = Object.keys(readSettings(least)).filter((name) => name === name.toUpperCase());
    expect(example.map(({ name }) => name).sort()).toEqual(variables.sort());
  });

  it('have the defaults that .env.example tells of', () => {
    const told = Object.fromEntries(
      example.filter(({ isComment }) => isComment).map(({ name, value }) => [name, value]),
    );
    expect(readSettings({ ...least, ...told })).toEqual(readSettings(least));
  });
});

describe('in production the settings', () => {
  it('are content with secrets of one’s own', () => {
    expect(faultsOf(production)).toEqual([]);
    expect(readSettings(production)).toMatchObject({ isProduction: true, isHttps: true });
  });

  it('are content with http on this very machine', () => {
    for (const url of ['http://localhost:3000', 'http://127.0.0.1', 'http://[::1]:8080', undefined])
      expect(faultsOf({ ...production, APP_URL: url, TRUST_PROXY: undefined })).toEqual([]);
  });

  it.each<[name: string, text: string | undefined, message: string]>([
    ...Object.keys(least).flatMap((name): [string, string | undefined, string][] => [
      [name, undefined, 'is required'],
      [name, '', 'is required'],
      [name, 'change-me-change-me-change-me-change-me', 'is a'],
    ]),
    ['SESSION_SECRET', 'LGBoUEDCCpgwxy5jZxpu9e01MTnRVqnG6A8ceD7Z4YU', 'is a published example'],
    ['SESSION_SECRET', `${production.SESSION_SECRET},abcd1234`, 'is a published example'],
    ['SESSION_SECRET', `${production.SESSION_SECRET},short`, 'is too weak'],
    ['SECURITY_PASSWORD_SALT', '307680677384259925768439955171685999662', 'is a published example'],
    ['SECURITY_PASSWORD_SALT', 'Yb0pKx3n1VdQ5rTgWm8uJc7sZa2eLh9', 'is too weak'],
    ['SECURITY_PASSWORD_SALT', 'ab'.repeat(20), 'is too weak'],
    ['SUPERUSER_PASSWORD', 'abcd1234', 'is a published example'],
    ['MAIL_URL', 'smtp://mail.example', 'must be smtps, or hold a user and a password'],
    ['BCRYPT_COST', '9', 'must be at least 10 in production'],
    ['APP_URL', 'http://mfo.example', 'must be https (or localhost) in production'],
    ['APP_URL', 'http://localhost.evil.example', 'must be https (or localhost) in production'],
    ['TRUST_PROXY', undefined, 'is required with an https APP_URL'],
    ['TRUST_PROXY', 'False', 'is required with an https APP_URL'],
  ])('refuse %s=%s', (name, text, message) => {
    const faults = faultsOf({ ...production, [name]: text });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(`${name}: ${message}`);
  });

  it('refuse .env.example as it stands, naming each secret that it leaves empty', () => {
    const copied = Object.fromEntries(
      example.filter(({ isComment }) => !isComment).map(({ name, value }) => [name, value]),
    );
    const faults = faultsOf({ NODE_ENV: 'production', ...copied });
    expect(faults.map((fault) => fault.split(':')[0])).toEqual(Object.keys(least));
  });

  it('do not pass over TRUST_PROXY where APP_URL is https in capitals', () => {
    const faults = faultsOf({ ...production, APP_URL: 'HTTPS://mfo.example', TRUST_PROXY: undefined });
    expect(faults).toEqual([expect.stringContaining('TRUST_PROXY: is required')]);
  });
});
