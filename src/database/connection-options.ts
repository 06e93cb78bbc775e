import { resolve } from 'node:path';
import type { TypeOrmModuleOptions } from '@nestjs/typeorm';
import type { PoolOptions } from 'mysql2';
import type { Settings } from '../config/settings';
import { DatabaseUnreachable } from './errors';
import { migrations } from './migrations';
import { withSession } from './server-session';

export type Engine = 'better-sqlite3' | 'mysql' | 'mariadb';
type Access = 'write' | 'read';

/** The file behind `sqlite:path`, or null where the database is a server. */
export function sqliteFile(settings: Settings): string | null {
  const [, path] = /^sqlite:(.+)$/.exec(settings.DATABASE_URL) ?? [];
  return path ? resolve(path) : null;
}

/**
 * How TypeORM reaches the database. `read` connections can't write on any engine, so that nothing
 * outside a transaction changes data, and nobody reads what may yet be rolled back.
 */
export async function connectionOptions(settings: Settings, access: Access): Promise<TypeOrmModuleOptions> {
  const common = {
    autoLoadEntities: false,
    manualInitialization: true,
    synchronize: false,
    migrations,
    logging: false,
  };
  const file = sqliteFile(settings);
  if (file)
    return { ...common, type: 'better-sqlite3', database: file, ...(access === 'read' ? sqliteReader : sqliteWriter) };
  const { createPool } = await import('mysql2');
  return {
    ...common,
    driver: { createPool: (options: PoolOptions) => withSession(createPool(options), access) },
    type: await serverType(settings.DATABASE_URL),
    url: settings.DATABASE_URL,
    charset: 'utf8mb4',
    timezone: 'Z',
    poolSize: 10,
    // The pool of readers answers everything else while writers queue for the lock.
    extra: access === 'read' ? { maxPreparedStatements: 200 } : {},
  };
}

interface SqliteConnection {
  pragma(text: string): unknown;
}

const sqliteReader = { readonly: true, timeout: 10_000 };
const sqliteWriter = {
  timeout: 10_000,
  enableWAL: true,
  prepareDatabase: (connection: SqliteConnection) => {
    connection.pragma('synchronous = NORMAL');
  },
};

/** TypeORM treats MariaDB and MySQL apart; one URL serves both, so the server is asked. */
async function serverType(url: string): Promise<'mysql' | 'mariadb'> {
  const { createConnection } = await import('mysql2/promise');
  try {
    const connection = await createConnection({ uri: url });
    try {
      const [rows] = await connection.query('SELECT VERSION() AS version');
      return /mariadb/i.test(JSON.stringify(rows)) ? 'mariadb' : 'mysql';
    } finally {
      await connection.end();
    }
  } catch (error) {
    throw new DatabaseUnreachable(error);
  }
}
