import type { Pool, PoolConnection } from 'mysql2';

/**
 * What this program and its client rely on, whatever the server is set to. The client escapes values with backslashes,
 * so a mode without them would let text out of its quotes; without autocommit a reader would see old data for ever.
 */
const variables: Readonly<Record<string, string | number>> = {
  sql_mode: 'STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',
  autocommit: 1,
  completion_type: 'NO_CHAIN',
  time_zone: '+00:00',
  default_storage_engine: 'InnoDB',
  foreign_key_checks: 1,
  unique_checks: 1,
  sql_safe_updates: 0,
  sql_auto_is_null: 0,
  sql_big_selects: 1,
  /** In seconds: how long a connection of the pool may rest, and a statement wait for a row and for a table. */
  wait_timeout: 28_800,
  innodb_lock_wait_timeout: 15,
  lock_wait_timeout: 30,
  character_set_client: 'utf8mb4',
  character_set_results: 'utf8mb4',
  collation_connection: 'utf8mb4_bin',
};

/** Names of the isolation level: MySQL's, MariaDB's from 11.1 and MariaDB's before. */
const isolation = 'REPEATABLE READ';

/**
 * MariaDB's, in the versions that have it. Otherwise a transaction would fail that changes a row, such as the head of
 * the audit log, which another one has changed since it first read anything.
 */
const withoutSnapshotIsolation = 'SET @@SESSION.innodb_snapshot_isolation = 0';

/** The session of a pool is not what it was set to: something between this program and the server changes it. */
export class SessionNotKept extends Error {
  constructor(names: readonly string[]) {
    super(
      `The database server does not keep what this program sets for its connections (${names.join(', ')}). ` +
        'Is there a proxy between them that shares connections? Let DATABASE_URL lead to the server itself.',
    );
  }
}

/** Every connection of the pool is set up before anybody gets it; one that can't be is closed, and its error told. */
export function withSession(pool: Pool, access: 'write' | 'read'): Pool {
  const prepared = new WeakSet<PoolConnection>();
  const getConnection = pool.getConnection.bind(pool);
  pool.getConnection = (done) =>
    getConnection((error, connection) => {
      if (error || prepared.has(connection)) return void done(error, connection);
      setUp(connection, access, (fault) => {
        if (fault) {
          connection.destroy();
          return void done(fault, connection);
        }
        prepared.add(connection);
        done(null, connection);
      });
    });
  return pool;
}

type Done = (error: NodeJS.ErrnoException | null) => void;

function setUp(connection: PoolConnection, access: 'write' | 'read', done: Done): void {
  const next = (statements: readonly string[]): void => {
    const [statement, ...more] = statements;
    if (statement === undefined) return done(null);
    connection.query(statement, (error) => (error && !isUnknownThere(statement, error) ? done(error) : next(more)));
  };
  next(statementsFor(access));
}

function isUnknownThere(statement: string, { code }: NodeJS.ErrnoException): boolean {
  return statement === withoutSnapshotIsolation && code === 'ER_UNKNOWN_SYSTEM_VARIABLE';
}

function statementsFor(access: 'write' | 'read'): string[] {
  const settings = Object.entries(variables).map(([name, value]) => `@@SESSION.${name} = ${literal(value)}`);
  return [
    `SET ${settings.join(', ')}`,
    `SET SESSION TRANSACTION ISOLATION LEVEL ${isolation}, READ ${access === 'read' ? 'ONLY' : 'WRITE'}`,
    withoutSnapshotIsolation,
  ];
}

/** In quotes that every mode takes for a text's. */
function literal(value: string | number): string {
  return typeof value === 'number' ? String(value) : `'${value}'`;
}

/** @throws SessionNotKept */
export async function checkSession(query: <T>(sql: string) => Promise<T>): Promise<void> {
  const names = Object.keys(variables);
  const [kept] = await query<Record<string, string | number>[]>(
    `SELECT ${names.map((name) => `@@SESSION.${name} AS ${name}`).join(', ')}`,
  );
  const lost = names.filter((name) => String(kept?.[name]) !== String(variables[name]));
  if (lost.length > 0) throw new SessionNotKept(lost);
}
