import { SqliteMissing } from './errors';
import { NodeSqlite } from './node-sqlite';
import type { SqliteFile, SqliteOptions } from './sqlite-interface';

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
