import { SqliteMissing } from './errors';
import { NodeSqlite } from './node-sqlite';

/** Of better-sqlite3's interface, what TypeORM and we use. */
export interface SqliteFile {
  prepare(sql: string): SqliteStatement;
  exec(sql: string): unknown;
  pragma(text: string): unknown;
  close(): unknown;
}

export interface SqliteStatement {
  /** Whether it returns rows: then it is for `all`, else for `run`. */
  readonly reader: boolean;
  all(...values: unknown[]): unknown[];
  run(...values: unknown[]): { changes: number | bigint; lastInsertRowid: number | bigint };
}

export interface SqliteOptions {
  readonly?: boolean;
  /** Milliseconds that a statement waits for another's lock. */
  timeout?: number;
}

export type SqliteDriver = new (path: string, options?: SqliteOptions) => SqliteFile;

let chosen: Promise<SqliteDriver> | undefined;

/** The one place that chooses between better-sqlite3 and Node's own SQLite (docs/decisions/two-sqlite-drivers.md). */
export function sqliteDriver(): Promise<SqliteDriver> {
  chosen ??= Number.parseInt(process.versions.node) >= 24 ? Promise.resolve(NodeSqlite) : betterSqlite3();
  return chosen;
}

async function betterSqlite3(): Promise<SqliteDriver> {
  try {
    const { default: BetterSqlite3 } = await import('better-sqlite3');
    // What it has in C++ is loaded with the first file.
    new BetterSqlite3(':memory:').close();
    return BetterSqlite3;
  } catch (error) {
    throw new SqliteMissing(error);
  }
}
