import { isIP } from 'node:net';
import { join, resolve } from 'node:path';

/** Where paths in settings begin, wherever the program is started from. */
export const projectFolder = join(__dirname, '../..');

/** A SQLite file, by its absolute path. */
export interface DatabaseFile {
  readonly kind: 'file';
  readonly file: string;
}

/** A MySQL or MariaDB server, and what each connection to it is opened with. */
export interface DatabaseServer {
  readonly kind: 'server';
  readonly host: string;
  readonly port: number;
  readonly socketPath?: string;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly ssl?: Tls;
  readonly connectTimeout?: number;
  readonly connectionLimit: number;
}

export type DatabaseAddress = DatabaseFile | DatabaseServer;

/** As the driver takes it; `caFile` and its like are files that are read when it connects. */
export type Tls = Readonly<Record<string, unknown>> & { readonly rejectUnauthorized?: boolean };

/** What is wrong with a DATABASE_URL; never shows the password in it. */
export class DatabaseAddressFault extends Error {}

/**
 * Reads `sqlite:path` and `mysql://user:password@host:port/name?parameters`.
 *
 * @throws DatabaseAddressFault
 */
export function parseDatabaseAddress(text: string): DatabaseAddress {
  const [, path] = /^sqlite:(.*)$/s.exec(text) ?? [];
  return path === undefined ? serverOf(text) : fileOf(path);
}

function fileOf(path: string): DatabaseFile {
  const name = path.replace(/^\/+/, '');
  if (name === '' || path === ':memory:')
    throw new DatabaseAddressFault('must name a file, like sqlite:data/mfo.sqlite; a database in memory would be lost');
  if (/^\/\/\/[^/]/.test(path))
    throw new DatabaseAddressFault(
      `sqlite:///${name} can be read in two ways: write sqlite:${name} for a file in the folder of this project, or sqlite:/${name} for one at the root of the disk`,
    );
  if (/^\/\/[^/]/.test(path))
    throw new DatabaseAddressFault(`names no server: write sqlite:${name} for a file in the folder of this project`);
  if (/[?#]/.test(path)) throw new DatabaseAddressFault('takes no parameters after the name of a SQLite file');
  if (path.startsWith('~')) throw new DatabaseAddressFault('must name the file by its whole path; ~ is not understood');
  if (path.endsWith('/')) throw new DatabaseAddressFault('names a folder; add the name of the file');
  return { kind: 'file', file: resolve(projectFolder, path.replace(/^\/+/, '/')) };
}

function serverOf(text: string): DatabaseServer {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol !== 'mysql:' || url.hostname === '')
    throw new DatabaseAddressFault(
      'must be sqlite:path/to/file or mysql://user:password@host:3306/name, with characters like @ / # % in user or password percent-encoded',
    );
  if (url.hash !== '') throw new DatabaseAddressFault('has a #; write it as %23');
  const database = decoded(url.pathname.slice(1), 'the name of the database');
  if (database === '') throw new DatabaseAddressFault('must end with the name of a database: mysql://…/name');
  if (url.pathname.slice(1).includes('/'))
    throw new DatabaseAddressFault('has a / in the name of the database; write it as %2F');
  const host = decoded(url.hostname.replace(/^\[(.*)\]$/, '$1'), 'the host');
  const parameters = parametersOf(url.searchParams);
  return {
    kind: 'server',
    host,
    port: Number(url.port || 3306),
    user: decoded(url.username, 'the user'),
    password: decoded(url.password, 'the password'),
    database,
    connectionLimit: numberIn(parameters, 'connectionLimit', 1, 1000) ?? 10,
    ...given('connectTimeout', numberIn(parameters, 'connectTimeout', 1, 600_000)),
    ...given('socketPath', parameters.get('socketPath')),
    ...given('ssl', tlsOf(parameters, host)),
  };
}

function given<Name extends string, Value>(name: Name, value: Value | undefined) {
  return (value === undefined ? {} : { [name]: value }) as Partial<Record<Name, Value>>;
}

function decoded(text: string, what: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new DatabaseAddressFault(`has a % in ${what} that encodes nothing; write it as %25`);
  }
}

const tlsFiles = { sslCa: 'ca', sslCert: 'cert', sslKey: 'key' } as const;
const known = ['ssl', ...Object.keys(tlsFiles), 'socketPath', 'connectTimeout', 'connectionLimit', 'charset'];

function parametersOf(sent: URLSearchParams): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const [name, value] of sent) {
    if (!known.includes(name))
      throw new DatabaseAddressFault(`has an unknown parameter "${name}"; known are ${known.join(', ')}`);
    if (parameters.has(name)) throw new DatabaseAddressFault(`has the parameter "${name}" twice`);
    parameters.set(name, value);
  }
  if (!/^(utf8mb4(_\w+)?)?$/i.test(parameters.get('charset') ?? ''))
    throw new DatabaseAddressFault('has a charset other than utf8mb4, which is always used');
  return parameters;
}

function numberIn(parameters: ReadonlyMap<string, string>, name: string, least: number, most: number) {
  const text = parameters.get(name);
  if (text === undefined) return undefined;
  const number = /^\d+$/.test(text) ? Number(text) : NaN;
  if (!(number >= least && number <= most))
    throw new DatabaseAddressFault(`has a "${name}" that is no whole number from ${least} to ${most}`);
  return number;
}

/** Nothing about TLS is no TLS; what is said about it is never less than what was asked for. */
function tlsOf(parameters: ReadonlyMap<string, string>, host: string): Tls | undefined {
  const files = Object.entries(tlsFiles).flatMap(([parameter, option]) => {
    const path = parameters.get(parameter);
    return path === undefined ? [] : [[`${option}File`, resolve(projectFolder, path)] as const];
  });
  const how = parameters.get('ssl') ?? (files.length > 0 ? 'true' : 'false');
  if (how === 'false') {
    if (files.length > 0) throw new DatabaseAddressFault('has a certificate, and ssl=false');
    return undefined;
  }
  if (how === 'true' && isIP(host))
    throw new DatabaseAddressFault(
      "has ssl=true and the server's number in place of its name, which is what a certificate is for",
    );
  return { ...encryption(how), ...Object.fromEntries(files) };
}

function encryption(how: string): Tls {
  if (how === 'true') return { rejectUnauthorized: true, verifyIdentity: true };
  if (how === 'unverified') return { rejectUnauthorized: false };
  try {
    const options: unknown = JSON.parse(how);
    if (typeof options === 'object' && options !== null && !Array.isArray(options)) return options as Tls;
  } catch {
    // Said below.
  }
  throw new DatabaseAddressFault(
    'has an ssl other than true (encrypted, the certificate checked), unverified (encrypted only) or false',
  );
}

/** The database as messages name it, without user and password. */
export function nameOfDatabase(address: DatabaseAddress): string {
  if (address.kind === 'server') return `${address.database} at ${address.socketPath ?? address.host}`;
  const { file } = address;
  return file.startsWith(`${projectFolder}/`) ? file.slice(projectFolder.length + 1) : file;
}

const ownMachine = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/i;

/** What others on the network could read or change on the way to this database, as a sentence; null when nothing. */
export function exposureOf(address: DatabaseAddress): string | null {
  if (address.kind === 'file' || address.socketPath !== undefined || ownMachine.test(address.host)) return null;
  if (!address.ssl)
    return 'DATABASE_URL leads to another machine without TLS: passwords and data cross the network readable. Add ?ssl=true.';
  return address.ssl.rejectUnauthorized === false
    ? "DATABASE_URL leads to another machine whose certificate is not checked: somebody between could pretend to be it. Use ?ssl=true, with sslCa if the server's certificate is your own."
    : null;
}
