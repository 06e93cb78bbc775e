import type { SqliteFile, SqliteOptions, SqliteStatement } from './sqlite-interface';

/** Of `node:sqlite`, which the types of Node 20 don't know. */
interface DatabaseSync {
  prepare(sql: string): StatementSync;
  exec(sql: string): void;
  close(): void;
}

interface StatementSync {
  columns(): { name: string; type: string | null }[];
  all(...values: unknown[]): Record<string, unknown>[];
  run(...values: unknown[]): ReturnType<SqliteStatement['run']>;
}

type Opened = new (path: string, options: { readOnly: boolean; timeout: number }) => DatabaseSync;

/** Node's own SQLite with the interface of better-sqlite3 and the codes of its errors. */
export class NodeSqlite implements SqliteFile {
  private readonly file: DatabaseSync;

  constructor(path: string, { readonly = false, timeout = 5_000 }: SqliteOptions = {}) {
    const { DatabaseSync } = process.getBuiltinModule('node:sqlite') as { DatabaseSync: Opened };
    this.file = coded(() => new DatabaseSync(path, { readOnly: readonly, timeout }));
  }

  prepare(sql: string): SqliteStatement {
    return new Statement(coded(() => this.file.prepare(sql)));
  }

  exec(sql: string): void {
    coded(() => this.file.exec(sql));
  }

  pragma(text: string): unknown[] {
    return this.prepare(`PRAGMA ${text}`).all();
  }

  close(): void {
    this.file.close();
  }
}

class Statement implements SqliteStatement {
  readonly reader: boolean;
  private readonly blobs: readonly string[];

  constructor(private readonly statement: StatementSync) {
    const columns = statement.columns();
    this.reader = columns.length > 0;
    this.blobs = columns.filter(({ type }) => type?.toLowerCase() === 'blob').map(({ name }) => name);
  }

  all(...values: unknown[]): unknown[] {
    const rows = coded(() => this.statement.all(...values));
    for (const name of this.blobs) for (const row of rows) row[name] = asBuffer(row[name]);
    return rows;
  }

  run(...values: unknown[]): ReturnType<SqliteStatement['run']> {
    return coded(() => this.statement.run(...values));
  }
}

function asBuffer(value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : value;
}

/** Primary codes by their numbers, and extended ones by what stands above the last byte (https://sqlite.org/rescode.html). */
const primary = words(
  `OK ERROR INTERNAL PERM ABORT BUSY LOCKED NOMEM READONLY INTERRUPT IOERR CORRUPT NOTFOUND FULL CANTOPEN PROTOCOL EMPTY
  SCHEMA TOOBIG CONSTRAINT MISMATCH MISUSE NOLFS AUTH FORMAT RANGE NOTADB NOTICE WARNING`,
);
const extended: Record<string, readonly string[]> = {
  BUSY: words('- RECOVERY SNAPSHOT TIMEOUT'),
  READONLY: words('- RECOVERY CANTLOCK ROLLBACK DBMOVED CANTINIT DIRECTORY'),
  CONSTRAINT: words(
    '- CHECK COMMITHOOK FOREIGNKEY FUNCTION NOTNULL PRIMARYKEY TRIGGER UNIQUE VTAB ROWID PINNED DATATYPE',
  ),
};

function words(text: string): string[] {
  return text.split(/\s+/);
}

/** As better-sqlite3 names it, such as `SQLITE_CONSTRAINT_UNIQUE`; extended codes nobody tells apart go by their primary one. */
function codeOf(number: number): string {
  const name = primary[number & 0xff] ?? 'ERROR';
  const detail = number > 0xff ? extended[name]?.[number >> 8] : undefined;
  return ['SQLITE', name, ...(detail ? [detail] : [])].join('_');
}

function coded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { errcode, message } = error as { errcode?: number; message: string };
    throw errcode === undefined ? error : new SqliteError(message, codeOf(errcode));
  }
}

class SqliteError extends Error {
  constructor(
    message: string,
    readonly code: string,
  ) {
    super(message);
  }
}
