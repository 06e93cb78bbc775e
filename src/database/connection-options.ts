import { readFile } from 'node:fs/promises';
import type { TypeOrmModuleOptions } from '@nestjs/typeorm';
import type { ConnectionOptions, PoolOptions } from 'mysql2';
import { nameOfDatabase, type DatabaseServer, type Tls } from '../config/database-address';
import type { Settings } from '../config/settings';
import { DatabaseUnreachable } from './errors';
import { withSession } from './server-session';
import { sqliteDriver } from './sqlite-driver';
import type { SqliteFile } from './sqlite-interface';

export type Engine = 'better-sqlite3' | 'mysql' | 'mariadb';
type Access = 'write' | 'read';

/** The file of SQLite, or null where the database is a server. */
export function sqliteFile({ DATABASE_URL: address }: Settings): string | null {
  return address.kind === 'file' ? address.file : null;
}

/**
 * How TypeORM reaches the database. `read` connections can't write on any engine, so that nothing
 * outside a transaction changes data, and nobody reads what may yet be rolled back.
 */
export async function connectionOptions(settings: Settings, mode: Access): Promise<TypeOrmModuleOptions> {
  const common = {
    autoLoadEntities: false,
    manualInitialization: true,
    synchronize: false,
    logging: false,
  };
  const { DATABASE_URL: address } = settings;
  if (address.kind === 'file') {
    const access = ofSqlite[mode];
    return { ...common, type: 'better-sqlite3', driver: await sqliteDriver(), database: address.file, ...access };
  }
  const { createPool } = await import('mysql2');
  const connection = await connectionTo(address);
  return {
    ...common,
    type: await serverType(address, connection),
    database: address.database,
    charset: 'utf8mb4',
    timezone: 'Z',
    poolSize: address.connectionLimit,
    driver: { createPool: (options: PoolOptions) => withSession(createPool(options), mode) },
    extra: {
      ...connection,
      // The pool of readers answers everything else while writers queue for the lock.
      ...(mode === 'read' ? { maxPreparedStatements: 200 } : {}),
    },
  };
}

/** What every connection to the server is opened with. */
async function connectionTo(server: DatabaseServer): Promise<ConnectionOptions> {
  const { host, port, socketPath, user, password, database, connectTimeout, ssl } = server;
  const named = Object.entries({ socketPath, connectTimeout, ssl: ssl && (await withFiles(ssl)) });
  const given = Object.fromEntries(named.filter(([, value]) => value !== undefined));
  return { host, port, user, password, database, ...given };
}

async function withFiles(ssl: Tls): Promise<Record<string, unknown>> {
  const options = Object.entries(ssl).map(async ([name, value]) =>
    name.endsWith('File') ? [name.replace(/File$/, ''), await certificateIn(String(value))] : [name, value],
  );
  return Object.fromEntries(await Promise.all(options)) as Record<string, unknown>;
}

async function certificateIn(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new DatabaseUnreachable('of DATABASE_URL', error);
  }
}

/** SQLite itself never waits for another process, which would stop this one: `Patience` does. */
const ofSqlite = {
  read: { readonly: true, timeout: 0, prepareDatabase: remember16Megabytes },
  write: {
    timeout: 0,
    enableWAL: true,
    prepareDatabase: (connection: SqliteFile) => {
      remember16Megabytes(connection);
      connection.pragma('synchronous = NORMAL');
    },
  },
};

/** What better-sqlite3 is compiled with; Node's own SQLite keeps 2. */
function remember16Megabytes(connection: SqliteFile): void {
  connection.pragma('cache_size = -16000');
}

/** TypeORM treats MariaDB and MySQL apart; one URL serves both, so the server is asked. */
async function serverType(server: DatabaseServer, options: ConnectionOptions): Promise<'mysql' | 'mariadb'> {
  const { createConnection } = await import('mysql2/promise');
  try {
    const connection = await createConnection(options);
    try {
      const [rows] = await connection.query('SELECT VERSION() AS version');
      return /mariadb/i.test(JSON.stringify(rows)) ? 'mariadb' : 'mysql';
    } finally {
      await connection.end();
    }
  } catch (error) {
    throw new DatabaseUnreachable(nameOfDatabase(server), error);
  }
}
