import { randomInt, randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { SignInEvents } from '../src/audit/sign-in-events';
import { linesOf } from './support/lines-of';
import type { Person } from './support/person';
import { sendRaw } from './support/raw';
import { Site, superuser } from './support/site';

const longGarbage = `${'x'.repeat(3000)}:443`;

describe('behind proxies', () => {
  let site: Site;
  beforeAll(async () => {
    site = await Site.start({ TRUST_PROXY: 'loopback, 10.0.0.0/8' });
  });
  afterAll(() => site.stop());

  it.each([
    ['198.51.100.7:51234', '198.51.100.7'],
    ['[2001:db8:7::1]:443', '2001:db8:7::1'],
    ['fe80::77%eth0', 'fe80::77'],
    ['::ffff:198.51.100.8', '198.51.100.8'],
    ['203.0.113.1, 198.51.100.9:1, 10.0.0.3:8443', '198.51.100.9'],
    ['198.51.100.7:99999999', '127.0.0.1'],
    ['unknown', '127.0.0.1'],
    ['_SEVKISEK', '127.0.0.1'],
    ['', '127.0.0.1'],
    [' , ,', '127.0.0.1'],
    ['198.51.100.7, garbage, 10.0.0.3', '127.0.0.1'],
    [longGarbage, '127.0.0.1'],
  ])('a visitor that X-Forwarded-For calls %.60j comes from %s', async (forwarded, address) => {
    const headers = { 'x-forwarded-for': forwarded };
    const person = site.visitor();
    expect((await person.post('/login', superuser, headers)).status).toBe(303);
    await site.app.get(SignInEvents).flush();
    const [latest] = await site.database.query(
      'SELECT ip FROM sign_in_events ORDER BY last_at DESC, first_at DESC LIMIT 1',
    );
    expect(latest).toEqual({ ip: address });
    const fields = {
      email: `${randomUUID()}@example.org`,
      password: 'kettle ferry tulip',
      password_confirm: 'kettle ferry tulip',
    };
    expect((await site.visitor().post('/register', fields, headers)).status).toBe(303);
  });
});

describe('behind a proxy', () => {
  let site: Site;
  afterEach(() => site.stop());

  const signIn = (forwarded: string, password = superuser.password) =>
    site.visitor().post('/login', { ...superuser, password }, { 'x-forwarded-for': forwarded });

  it('is not believed unless TRUST_PROXY names it', async () => {
    site = await Site.start();
    expect((await signIn('198.51.100.7')).status).toBe(303);
    await site.app.get(SignInEvents).flush();
    expect(await site.database.query('SELECT ip FROM sign_in_events')).toEqual([{ ip: '127.0.0.1' }]);
  });

  it('visitors with ports are counted each by their address, whatever others do', async () => {
    site = await Site.start({ TRUST_PROXY: 'loopback' });
    const attacker = () => signIn(`198.51.100.66:${randomInt(1024, 65_536)}`, 'wrong');
    for (let i = 0; i < 10; i++) expect((await attacker()).status).toBe(401);
    expect((await attacker()).status).toBe(429);
    expect((await signIn('198.51.100.67:443')).status).toBe(303);
  });

  it('a header that nobody can read is told once in the log, cut short, with the address of who sent it', async () => {
    site = await Site.start({ TRUST_PROXY: 'loopback', LOG_LEVEL: 'warn' });
    const lines = await linesOf(async () => {
      for (const garbage of ['<b>red\\n', longGarbage, 'unknown']) await signIn(garbage);
    });
    const told = lines.filter((line) => line.includes('X-Forwarded-For'));
    expect(told).toEqual([
      expect.stringMatching(/The proxy at 127\.0\.0\.1 sends an X-Forwarded-For without an address/),
    ]);
    expect(told.join('').length).toBeLessThan(400);
  });

  describe('that ends TLS', () => {
    const https = { APP_URL: 'https://festival.example.org', TRUST_PROXY: 'loopback', LOG_LEVEL: 'warn' };
    const unseen = 'did not arrive over https';
    const silent: Record<string, string>[] = [
      {},
      { 'x-forwarded-proto': 'http' },
      { 'x-forwarded-proto': '' },
      { 'x-forwarded-proto': 'on' },
      { 'x-forwarded-ssl': 'on' },
    ];

    async function formsOf(person: Person, headers: Record<string, string>) {
      const fields = {
        name: 'N',
        email: 'n@example.org',
        password: 'kettle ferry tulip',
        password_confirm: 'kettle ferry tulip',
      };
      return [
        await person.post('/login', superuser, headers),
        await person.post('/LOGIN/', superuser, headers),
        await person.post('/register', fields, headers),
        await person.post('/welcome/a-token', fields, headers),
      ];
    }

    it('but says nothing of it is told of on each page to sign in, and once in the log', async () => {
      site = await Site.start(https);
      const lines = await linesOf(async () => {
        for (const headers of silent) {
          for (const path of ['/login', '/register', '/welcome']) {
            const page = await site.visitor().get(path, headers);
            expect([page.status, page.body.includes(unseen)]).toEqual([200, true]);
          }
          for (const page of await formsOf(site.visitor(), headers))
            expect([page.status, page.body.includes(unseen), page.headers.getSetCookie()]).toEqual([400, true, []]);
        }
      });
      const told = lines.filter((line) => /not seen as https/.test(line));
      expect(told).toEqual([expect.stringMatching(/APP_URL is https:\/\/festival\.example\.org.*X-Forwarded-Proto/)]);
      expect(await site.database.query('SELECT id FROM users')).toHaveLength(1);
    });

    it('is named as one that is not in TRUST_PROXY where that is why', async () => {
      site = await Site.start({ ...https, TRUST_PROXY: '10.0.0.1' });
      const lines = await linesOf(() => site.visitor().get('/login', { 'x-forwarded-proto': 'https' }));
      expect(lines.join('')).toMatch(/Nobody can sign in from 127\.0\.0\.1: .* It is not in TRUST_PROXY/);
    });

    it('and says so is believed: no word of it, and people sign in', async () => {
      site = await Site.start(https);
      const headers = { 'x-forwarded-proto': 'https' };
      const lines = await linesOf(async () => {
        expect((await site.visitor().get('/login', headers)).body).not.toContain(unseen);
        const signedIn = await site.visitor().post('/login', superuser, headers);
        expect(signedIn.headers.getSetCookie().map((line) => line.split('=')[0])).toEqual([
          '__Host-mfo',
          '__Host-mfo-browser',
        ]);
      });
      expect(lines).toEqual([]);
    });

    it.each([
      ['https, http', {}, false],
      ['http, https', {}, true],
      ['https, http', { 'x-forwarded-for': '198.51.100.7, 127.0.0.3' }, true],
      ['https, http, https', { 'x-forwarded-for': '198.51.100.7, 127.0.0.3' }, false],
      ['http, https, http', { 'x-forwarded-for': '127.0.0.4, 198.51.100.7, 127.0.0.3' }, true],
      ['https, http', { 'x-forwarded-for': '198.51.100.7, 127.0.0.4, 127.0.0.3' }, true],
    ])('of several in X-Forwarded-Proto, believes what the first proxy added: %s', async (told, more, isHttps) => {
      site = await Site.start({ ...https, LOG_LEVEL: 'error' });
      const page = await site.visitor().get('/login', { 'x-forwarded-proto': told, ...more });
      expect(page.body.includes(unseen)).toBe(!isHttps);
    });

    it('is told of in the log, however many connections from elsewhere are too', async () => {
      site = await Site.start({ ...https, TRUST_PROXY: '127.0.0.1' });
      const lines = await linesOf(async () => {
        for (let i = 2; i < 42; i++) await sendFrom(`127.0.0.${i}`, site);
        await sendFrom('127.0.0.1', site);
      });
      const told = lines.filter((line) => line.includes('Nobody can sign in from'));
      expect(told).toHaveLength(21);
      expect(told.at(-1)).toMatch(/from 127\.0\.0\.1: .* It is in TRUST_PROXY/);
    });

    it('is no matter to pages where nobody signs in, and closed registration stays unknown', async () => {
      site = await Site.start({ ...https, REGISTRATION: 'closed' });
      const lines = await linesOf(async () => {
        for (const path of ['/', '/health/live', '/health/ready']) {
          const page = await site.visitor().get(path);
          expect([page.status, page.body.includes(unseen)]).toEqual([200, false]);
        }
      });
      expect(lines).toEqual([]);
      expect((await site.visitor().post('/register', superuser)).status).toBe(404);
    });

    it.each([
      ['true', 'max-age=31536000; includeSubDomains'],
      ['false', 'max-age=31536000'],
    ])('keeps browsers on https, with HSTS_SUBDOMAINS=%s by %s', async (value, header) => {
      site = await Site.start({ ...https, HSTS_SUBDOMAINS: value });
      for (const [status, path] of [
        [200, '/'],
        [200, '/assets/site.css'],
        [200, '/health/live'],
        [303, '/account'],
        [404, '/nowhere'],
      ] as const) {
        const page = await site.visitor().get(path);
        expect([page.status, page.headers.get('strict-transport-security')]).toEqual([status, header]);
      }
      const refused = await sendRaw(site.origin, 'BREW /pot HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
      expect(refused).toMatch(/^HTTP\/1.1 400 /);
      expect(/^Strict-Transport-Security: (.*)\r$/m.exec(refused)?.[1]).toBe(header);
    });
  });

  it.each([
    ['300', 300],
    ['75', 75],
    ['2', 2],
  ])('that keeps connections finds them open for KEEP_ALIVE_SECONDS=%s', async (value, seconds) => {
    site = await Site.start({ KEEP_ALIVE_SECONDS: value });
    const server = site.app.getHttpServer();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const { headers } = await new Promise<{ headers: Record<string, unknown> }>((resolve, reject) => {
      request(`${site.origin}/health/live`, { agent }, (response) => {
        void text(response).then(() => resolve(response));
      })
        .on('error', reject)
        .end();
    });
    agent.destroy();
    expect(headers['keep-alive']).toBe(`timeout=${seconds}`);
    expect(server.headersTimeout).toBeGreaterThan(server.keepAliveTimeout);
    expect(server.requestTimeout).toBeGreaterThanOrEqual(server.headersTimeout);
  });
});

describe('a form from an address that is not APP_URL', () => {
  let site: Site;
  afterEach(() => site.stop());

  it.each(['http://192.168.7.5:3000', 'http://festival.local'])(
    'is refused, and in development the page says what to set: %s',
    async (origin) => {
      site = await Site.start({ NODE_ENV: 'development', APP_URL: 'http://localhost:3000', LOG_LEVEL: 'warn' });
      const { host } = new URL(origin);
      const lines = await linesOf(async () => {
        for (let i = 0; i < 5; i++) {
          const page = await postAs(site, host, origin);
          expect(page.status).toBe(403);
          expect(page.body).toContain(`set APP_URL to ${origin}`);
          expect(page.body).toContain('http://localhost:3000');
        }
      });
      const told = lines.filter((line) =>
        line.includes(`it came from ${origin}, and APP_URL is http://localhost:3000`),
      );
      expect(told).toHaveLength(1);
    },
  );

  it('has no such hint where it came from elsewhere', async () => {
    site = await Site.start({ NODE_ENV: 'development', APP_URL: 'http://localhost:3000' });
    const elsewhere = await postAs(site, 'localhost:3000', 'https://evil.example');
    expect([elsewhere.status, elsewhere.body.includes('APP_URL')]).toEqual([403, false]);
  });

  it('is named in the log, however many others are named from the same network', async () => {
    site = await Site.start({ APP_URL: 'https://festival.example.org', LOG_LEVEL: 'warn' });
    const lines = await linesOf(async () => {
      for (let i = 0; i < 40; i++) await postAs(site, 'festival.example.org', `https://evil${i}.example`);
      await postAs(site, 'www.festival.example.org', 'https://www.festival.example.org');
    });
    expect(lines.join('')).toContain('it came from https://www.festival.example.org, and APP_URL');
  });

  it('can’t fill the log, however many addresses it names', async () => {
    site = await Site.start({ APP_URL: 'http://localhost:3000', LOG_LEVEL: 'warn' });
    const lines = await linesOf(async () => {
      for (let i = 0; i < 60; i++)
        await postAs(site, 'localhost:3000', `https://${'x'.repeat(2000)}${i}"\\.example`.slice(i));
      for (let i = 0; i < 60; i++) await postAs(site, 'localhost:3000', `https://evil${i}.example`);
    });
    const told = lines.filter((line) => line.includes('and APP_URL is'));
    expect(told.length).toBeLessThanOrEqual(20);
    expect(told.join('').length).toBeLessThan(20 * 400);
  });
});

/** As a browser does that was given another address of the machine. */
function postAs(site: Site, host: string, origin: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    request(`${site.origin}/login`, { method: 'POST', headers: { host, origin, accept: 'text/html' } }, (response) => {
      void text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }));
    })
      .on('error', reject)
      .end();
  });
}

async function sendFrom(localAddress: string, site: Site): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    request(`${site.origin}/login`, { localAddress }, (response) => {
      void text(response).then(() => resolve());
    })
      .on('error', reject)
      .end();
  });
}
