import { QueryFailedError } from 'typeorm';

/** The database lacks migrations (or does not exist); only `seed` and the start of the site bring it up to date. */
export class DatabaseBehind extends Error {
  constructor(name: string) {
    super(`The database ${name} is not up to date. Run "npm run seed" first.`);
  }
}

export class DatabaseBusy extends Error {
  constructor() {
    super('Another process has been migrating this database for two minutes. Start again when it is done.');
  }
}

export class DatabaseUnreachable extends Error {
  constructor(name: string, cause: unknown) {
    super(`The database ${name} can't be opened: ${reasonOf(cause)}`, { cause });
  }
}

function reasonOf(cause: unknown): string {
  if (cause instanceof QueryFailedError) return reasonOf(cause.driverError);
  return cause instanceof Error ? cause.message || String(Reflect.get(cause, 'code')) : String(cause);
}

/** `DatabaseUnreachable` where the system, the engine or its driver would not open it; any other error is ours, and stays. */
export function whyNotOpened(name: string, error: unknown): unknown {
  return error instanceof Error && typeof Reflect.get(error, 'code') === 'string'
    ? new DatabaseUnreachable(name, error)
    : error;
}

/** Another, newer program has changed the tables of this database; this one would not know what it writes. */
export class DatabaseAhead extends Error {
  constructor(name: string, migrations: readonly string[]) {
    super(
      `The database ${name} belongs to a newer version of this program (it has ${migrations.join(', ')}). ` +
        'Install that version, or restore a backup from before.',
    );
  }
}

/** The database can't be used just now: held by another program, unreachable, full. Later it may be. */
export class DatabaseUnavailable extends Error {
  readonly retryAfterSeconds = 5;

  constructor(name: string, cause: unknown) {
    super(
      isBusy(cause)
        ? `The database ${name} is held by another program. Try again when it is done.`
        : `The database ${name} can't be used just now: ${reasonOf(cause)}`,
      { cause },
    );
  }
}

export class SqliteMissing extends Error {
  constructor(cause: unknown) {
    super(
      `SQLite can't be used: the package better-sqlite3 is not installed for Node.js ${process.versions.node}. Run "npm ci" with this Node.js (it may need a C++ compiler), take Node.js 24 or newer, which needs no such package, or set DATABASE_URL to a database server.`,
      { cause },
    );
  }
}

function causeOf(error: unknown): unknown {
  return error instanceof QueryFailedError ? (error.driverError as unknown) : error;
}

/** By its property alone: a native driver keeps the error class of whoever loaded it first. */
export function codeOf(error: unknown): string {
  const { code } = (causeOf(error) ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : '';
}

/** Whether another connection holds the file of SQLite. Not for a transaction that has read before it writes: waiting doesn't help it. */
export function isBusy(error: unknown): boolean {
  return /^SQLITE_(BUSY|LOCKED)/.test(codeOf(error)) && codeOf(error) !== 'SQLITE_BUSY_SNAPSHOT';
}

const unavailable =
  /^SQLITE_(FULL|IOERR|CANTOPEN|PROTOCOL|READONLY_DBMOVED)|^E(CONN|TIMEDOUT|PIPE|HOST|NET|NOTFOUND|AI_AGAIN)|^PROTOCOL_|^ER_(CON_COUNT|TOO_MANY_USER|USER_LIMIT|SERVER_SHUTDOWN|NORMAL_SHUTDOWN|CONNECTION_KILLED|LOCK_WAIT_TIMEOUT|STATEMENT_TIMEOUT|QUERY_INTERRUPTED|DISK_FULL|RECORD_FILE_FULL|OPTION_PREVENTS)/;

/** Whether the database could not be used, whatever was asked of it. */
export function isUnavailable(error: unknown): boolean {
  if (isBusy(error) || unavailable.test(codeOf(error))) return true;
  const cause = causeOf(error);
  return cause instanceof Error && Reflect.get(cause, 'fatal') === true;
}

const uniqueViolations = ['ER_DUP_ENTRY', 'SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY'];

/** Whether the database refused a row because another holds its unique key. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof QueryFailedError && uniqueViolations.includes(String(Reflect.get(error.driverError, 'code')));
}

/** Whether this transaction and another came in each other's way, so that it has to be run again. */
export function isConflict(error: unknown): boolean {
  return ['ER_LOCK_DEADLOCK', 'SQLITE_BUSY_SNAPSHOT'].includes(codeOf(error));
}

/** Something asked for can't be done, and nothing was changed; the message says why, for a person. */
export class DomainError extends Error {
  /** What a page that asked for it answers with. */
  readonly status: number = 409;
}

export function isMissingTable(error: unknown): boolean {
  return error instanceof Error && /no such table|doesn't exist/.test(error.message);
}

export function isMissingColumn(error: unknown): boolean {
  return error instanceof Error && /no such column|Unknown column/.test(error.message);
}
