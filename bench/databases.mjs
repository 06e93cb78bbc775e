// Scratch databases, and a crowd of users in them.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { createConnection } from 'mysql2/promise';

const server = process.env.TEST_MYSQL_URL ?? 'mysql://root@127.0.0.1:3306';
const SIZE_OF_BATCH = 1000;

/** An empty database on this engine: its address, a way to run SQL in it, and to drop it. */
export async function scratch(engine) {
  return engine === 'sqlite' ? scratchSqlite() : scratchMysql();
}

/** Copies the account of `email` until there are so many users, each holding what he holds. */
export async function fill(database, email, count) {
  const [{ id, password_hash: hash }] = await database.run('SELECT id, password_hash FROM users WHERE email = ?', [
    email,
  ]);
  const roles = await database.run('SELECT role_id FROM grants WHERE user_id = ?', [id]);
  const now = '2026-01-01 00:00:00.000';
  for (let next = 1; next < count; next += SIZE_OF_BATCH) {
    const numbers = Array.from({ length: Math.min(SIZE_OF_BATCH, count - next) }, (_, i) => next + i);
    await database.run(
      `INSERT INTO users (id, email, name, password_hash, active, access_version, created_at) VALUES ${places(numbers, 7)}`,
      numbers.flatMap((n) => [id + n, `bench${n}@example.org`, 'Somebody', hash, 1, `copy-${n}`, now]),
    );
    for (const { role_id: role } of roles) {
      await database.run(
        `INSERT INTO grants (user_id, role_id, granted_at) VALUES ${places(numbers, 3)}`,
        numbers.flatMap((n) => [id + n, role, now]),
      );
    }
  }
}

function places(rows, columns) {
  return rows.map(() => `(${Array(columns).fill('?').join(',')})`).join(',');
}

function scratchSqlite() {
  const folder = mkdtempSync(join(tmpdir(), 'mfo-bench-'));
  const file = join(folder, 'bench.sqlite');
  const run = async (sql, values = []) => {
    const database = new Database(file);
    try {
      const statement = database.prepare(sql);
      return statement.reader ? statement.all(...values) : statement.run(...values);
    } finally {
      database.close();
    }
  };
  return { url: `sqlite:${file}`, run, drop: async () => rmSync(folder, { recursive: true }) };
}

async function scratchMysql() {
  const name = `mfo_bench_${randomUUID().replaceAll('-', '')}`;
  const connection = await createConnection(server);
  await connection.query(`CREATE DATABASE ${name}`);
  await connection.query(`USE ${name}`);
  return {
    url: `${server}/${name}`,
    run: async (sql, values = []) => (await connection.query(sql, values))[0],
    drop: async () => {
      await connection.query(`DROP DATABASE ${name}`);
      await connection.end();
    },
  };
}
