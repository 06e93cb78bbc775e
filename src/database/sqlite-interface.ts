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
