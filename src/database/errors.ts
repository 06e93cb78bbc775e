import { QueryFailedError } from 'typeorm';

/** The database lacks migrations (or does not exist); only `seed` and the start of the site bring it up to date. */
export class DatabaseBehind extends Error {
  constructor() {
    super('The database is not up to date. Run "npm run seed" first.');
  }
}

export class DatabaseBusy extends Error {
  constructor() {
    super('Another process has been migrating this database for two minutes. Start again when it is done.');
  }
}

export class DatabaseUnreachable extends Error {
  constructor(cause: unknown) {
    super(
      `The database of DATABASE_URL can not be reached: ${cause instanceof Error ? cause.message || String(Reflect.get(cause, 'code')) : String(cause)}`,
      { cause },
    );
  }
}

/** `DatabaseUnreachable` where the system, the engine or its driver would not open it; any other error is ours, and stays. */
export function whyNotOpened(error: unknown): unknown {
  return error instanceof Error && typeof Reflect.get(error, 'code') === 'string'
    ? new DatabaseUnreachable(error)
    : error;
}

const uniqueViolations = ['ER_DUP_ENTRY', 'SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY'];

/** Whether the database refused a row because another holds its unique key. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof QueryFailedError && uniqueViolations.includes(String(Reflect.get(error.driverError, 'code')));
}

/** `ER_CHECKREAD` is of MariaDB from 11.6: a row is another one than the transaction has read. */
const outOfTurn = ['ER_LOCK_DEADLOCK', 'ER_CHECKREAD'];

/** Whether the engine undid this transaction because it and another came in each other's way. */
export function isConflict(error: unknown): boolean {
  return error instanceof QueryFailedError && outOfTurn.includes(String(Reflect.get(error.driverError, 'code')));
}

/** Something asked for can't be done, and nothing was changed; the message says why, for a person. */
export class Refusal extends Error {
  /** What a page that asked for it answers with. */
  readonly status: number = 409;
}
