import { isIP, isIPv6 } from 'node:net';
import { registerAs, type ConfigType } from '@nestjs/config';
import { z } from 'zod';
import { isEmailAddress, normaliseEmail } from '../text/email-address';
import { faultOfCharacters, normaliseText } from '../text/naming';
import { DatabaseAddressFault, parseDatabaseAddress } from './database-address';
import { isReadableOnItsWay, MailAddressFault, parseMailServer, parseSender } from './mail-address';
import { isGuessable, isPublished } from './secret-strength';
import { parseTrustedProxies, UnusableProxies } from './trusted-proxies';

/** Every fault of the environment at once, one line each, naming the variable and never its value. */
export class SettingsFaults extends Error {
  constructor(readonly faults: readonly string[]) {
    super(faults.join('\n'));
  }
}

/** The settings as Nest injects them: `@Inject(settings.KEY) settings: Settings`. */
export const settings = registerAs('settings', () => readSettings(process.env));
export type Settings = ConfigType<typeof settings>;

export const defaultSuperuser = 'admin@fakesite.com';

const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d+$/, `must be a whole number from ${least} to ${most}`)
    .transform(Number)
    .refine((n) => n >= least && n <= most, `must be a whole number from ${least} to ${most}`);

const yesOrNo = z.enum(['true', 'false'], { error: 'must be true or false' }).transform((text) => text === 'true');

const required = z.string({
  error: 'is required, in the process environment or in .env; .env.example explains each',
});

const secretList = required
  .transform((text) => text.split(',').map((secret) => secret.trim()))
  .refine((secrets) => secrets.every((secret) => secret !== ''), 'holds an empty secret between its commas');

const encryptionKeys = z.string().transform((text, context) => {
  const keys = text.split(',').map((key) => key.trim());
  if (keys.every((key) => BASE64_OF_32_BYTES.test(key))) return keys.map((key) => Buffer.from(key, 'base64'));
  context.addIssue({
    code: 'custom',
    message: 'must be base64 of 32 bytes, or several with commas between them; make one with "openssl rand -base64 32"',
  });
  return z.NEVER;
});

const BASE64_OF_32_BYTES = /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/;

const siteUrl = z.string().transform((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (
    !url ||
    !['http:', 'https:'].includes(url.protocol) ||
    url.pathname !== '/' ||
    url.search ||
    url.hash ||
    url.username
  ) {
    context.addIssue({
      code: 'custom',
      message: 'must be the http or https address of the site, without a path, like https://mfo.example',
    });
    return z.NEVER;
  }
  return url.origin;
});

const host = z.string().transform((text, context) => {
  const [, bracketed = text] = /^\[(.*)\]$/.exec(text) ?? [];
  const isAddress = isIP(bracketed) !== 0 && (bracketed === text || isIPv6(bracketed));
  if (isAddress || HOST_NAME.test(text)) return bracketed;
  context.addIssue({
    code: 'custom',
    message: 'must be an address or a name of this machine, without a port: 127.0.0.1, ::1, or 0.0.0.0 for all of them',
  });
  return z.NEVER;
});

const HOST_NAME = /^(?=.{1,253}$)[a-z\d_]([a-z\d_-]*[a-z\d_])?(\.[a-z\d_]([a-z\d_-]*[a-z\d_])?)*\.?$/i;

const trustedProxies = z.string().transform((text, context) => {
  try {
    return parseTrustedProxies(text);
  } catch (error) {
    if (!(error instanceof UnusableProxies)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
    return z.NEVER;
  }
});

const timeZone = z.string().refine((name) => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name });
  } catch {
    return false;
  }
}, 'must be the name of a time zone, like UTC or Europe/Berlin');

const databaseUrl = z.string().transform((text, context) => {
  try {
    return parseDatabaseAddress(text);
  } catch (error) {
    if (!(error instanceof DatabaseAddressFault)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
    return z.NEVER;
  }
});

/** What is parsed from a text, or null where nothing is set. */
const parsedOrNone = <T>(parse: (text: string) => T) =>
  z
    .string()
    .default('')
    .transform((text, context): T | null => {
      try {
        return text === '' ? null : parse(text);
      } catch (error) {
        if (!(error instanceof MailAddressFault)) throw error;
        context.addIssue({ code: 'custom', message: error.message });
        return z.NEVER;
      }
    });

const schema = z.object({
  NODE_ENV: z
    .enum(['development', 'production', 'test'], { error: 'must be development, production or test' })
    .default('development'),
  HOST: host.default('127.0.0.1'),
  PORT: wholeNumber(0, 65535).default(3000),
  APP_NAME: z
    .string()
    .default('Music Festival Organizer')
    .transform((text, context) => {
      const name = normaliseText(text);
      const fault = faultOfCharacters(name) ?? ([...name].length > 60 ? 'must have at most 60 characters' : null);
      if (fault) context.addIssue({ code: 'custom', message: fault });
      return name;
    }),
  APP_URL: siteUrl.optional(),
  DATABASE_URL: databaseUrl.prefault('sqlite:data/mfo.sqlite'),
  SESSION_SECRET: secretList,
  SECURITY_PASSWORD_SALT: required,
  ENCRYPTION_KEY: encryptionKeys.default([]),
  SUPERUSER_ID: z
    .string()
    .default(defaultSuperuser)
    .transform(normaliseEmail)
    .refine(isEmailAddress, 'must be an e-mail address'),
  SUPERUSER_PASSWORD: required.refine((p) => [...p].length >= 8, 'must have at least 8 characters'),
  REGISTRATION: z.enum(['open', 'closed'], { error: 'must be open or closed' }).default('open'),
  BCRYPT_COST: wholeNumber(4, 20).default(12),
  MAIL_URL: parsedOrNone(parseMailServer),
  MAIL_FROM: parsedOrNone(parseSender),
  REQUIRE_CONFIRMED_EMAIL: yesOrNo.default(false),
  TRUST_PROXY: trustedProxies.default([]),
  KEEP_ALIVE_SECONDS: wholeNumber(1, 3600).default(75),
  HSTS_SUBDOMAINS: yesOrNo.default(true),
  REQUIRE_SECOND_FACTOR: z.enum(['none', 'admin', 'all'], { error: 'must be none, admin or all' }).default('none'),
  SESSION_IDLE_MINUTES: wholeNumber(1, 525_600).default(120),
  SESSION_MAX_HOURS: wholeNumber(1, 87_600).default(720),
  SESSION_REMEMBER_IDLE_DAYS: wholeNumber(1, 400).default(14),
  TIME_ZONE: timeZone.default('UTC'),
  LOG_LEVEL: z
    .enum(['error', 'warn', 'info', 'debug'], { error: 'must be error, warn, info or debug' })
    .default('info'),
});

type Parsed = z.output<typeof schema>;

export const settingNames = Object.keys(schema.shape);

/** Their blanks may be meant, and nobody looks at them. */
const secretNames = ['SESSION_SECRET', 'SECURITY_PASSWORD_SALT', 'SUPERUSER_PASSWORD'];

/**
 * Reads and checks every variable. An empty variable counts as one that is not set.
 *
 * @throws SettingsFaults naming each wrong variable once, all of them together.
 */
export function readSettings(environment: NodeJS.ProcessEnv) {
  const given = givenIn(environment);
  const unseen = Object.entries(given).flatMap(([name, value]) => faultOfUnseen(name, value));
  const parsed = schema.safeParse(given);
  const issues = (parsed.error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
  const faults = [...unseen, ...issues.filter((issue) => !isNamedIn(unseen, issue))];
  if (given.NODE_ENV === 'production') faults.push(...productionFaults(given, faults));
  if (!parsed.success || faults.length > 0) throw new SettingsFaults(faults);
  return complete(parsed.data);
}

function isNamedIn(faults: readonly string[], fault: string): boolean {
  const [name] = fault.split(':');
  return faults.some((other) => other.startsWith(`${name}:`));
}

function givenIn(environment: NodeJS.ProcessEnv): Record<string, string> {
  const given: Record<string, string> = {};
  for (const name of settingNames) {
    const value = environment[name];
    if (value?.trim()) given[name] = secretNames.includes(name) ? value : value.trim();
  }
  return given;
}

/** A character that nobody sees makes another file, another server or another name of what looks the same. */
function faultOfUnseen(name: string, value: string): string[] {
  if (secretNames.includes(name)) return [];
  const [unseen] = (name === 'APP_NAME' ? unseenInText : unseenAnywhere).exec(value) ?? [];
  if (!unseen) return [];
  const code = unseen.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
  return [`${name}: holds the character U+${code}, which can't be seen; type the value again`];
}

const unseenAnywhere = /\p{C}|\p{Default_Ignorable_Code_Point}|(?! )\p{Z}/u;
/** Text needs joiners, and spaces that don't break. */
const unseenInText = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

function complete(parsed: Parsed) {
  const appUrl = parsed.APP_URL ?? `http://localhost:${parsed.PORT}`;
  return Object.freeze({
    ...parsed,
    APP_URL: appUrl,
    isProduction: parsed.NODE_ENV === 'production',
    isHttps: appUrl.startsWith('https:'),
  });
}

/** What is tolerable on a developer's machine and is refused in production; weakSettings says what else is, at the first start. */
function productionFaults(given: Record<string, string | undefined>, known: readonly string[]): string[] {
  const faults: string[] = [];
  const check = (name: string, isFaulty: (value: string) => boolean, message: string) => {
    const value = given[name];
    const isKnown = [...known, ...faults].some((fault) => fault.startsWith(`${name}:`));
    if (value !== undefined && !isKnown && isFaulty(value)) faults.push(`${name}: ${message}`);
  };
  const secrets = (list: string) => list.split(',').map((secret) => secret.trim());
  const own = 'make your own, for instance with "openssl rand -base64 48"';
  check('SESSION_SECRET', (list) => secrets(list).some(isPublished), `is a published example; ${own}`);
  check(
    'SESSION_SECRET',
    (list) => secrets(list).some(isGuessable),
    'is too weak; each secret needs at least 32 characters of a random kind',
  );
  check('SECURITY_PASSWORD_SALT', isPublished, `is a published example; ${own}`);
  check('SECURITY_PASSWORD_SALT', isGuessable, 'is too weak; it needs at least 32 characters of a random kind');
  check(
    'ENCRYPTION_KEY',
    (list) => secrets(list).some(isGuessable),
    'is too weak; make your own with "openssl rand -base64 32"',
  );
  check('SUPERUSER_PASSWORD', isPublished, 'is a published example; choose another');
  check('BCRYPT_COST', (cost) => Number(cost) < 10, 'must be at least 10 in production');
  check('APP_URL', (url) => !isHttpsOrLocal(url), 'must be https (or localhost) in production');
  check(
    'MAIL_URL',
    (url) => isReadableOnItsWay(parseMailServer(url)),
    'must be smtps, or hold a user and a password, unless the server is on this machine: mails hold links that open accounts',
  );
  const proxies = 'TRUST_PROXY: is required with an https APP_URL';
  if (isHttps(given.APP_URL) && !isNamedIn(known, proxies) && parseTrustedProxies(given.TRUST_PROXY ?? '').length === 0)
    faults.push(`${proxies}: the address of the proxy that ends TLS, else no secure cookie would be sent`);
  return faults;
}

function isHttps(url = ''): boolean {
  return URL.canParse(url) && new URL(url).protocol === 'https:';
}

function isHttpsOrLocal(url: string): boolean {
  return isHttps(url) || ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname);
}
