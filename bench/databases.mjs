// Scratch databases, ones that are there already, and a crowd of users in them.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { sqliteDriver } from '../dist/database/sqlite-driver.js';

const server = process.env.TEST_MYSQL_URL ?? 'mysql://root@127.0.0.1:3306';
const SqliteFile = await sqliteDriver();
const SIZE_OF_BATCH = 1000;

/** An empty database on this engine: its address, a way to run SQL in it, and to drop it. */
export async function scratch(engine) {
  return engine === 'sqlite' ? scratchSqlite() : scratchMysql();
}

/** Copies the account of `email` until there are so many users, each holding what they hold. */
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
  return { ...openedSqlite(join(folder, 'bench.sqlite')), drop: async () => rmSync(folder, { recursive: true }) };
}

async function scratchMysql() {
  const name = `mfo_bench_${randomUUID().replaceAll('-', '')}`;
  const connection = await createConnection(server);
  await connection.query(`CREATE DATABASE ${name}`);
  await connection.end();
  const database = await openedMysql(`${server}/${name}`);
  const drop = async () => {
    await database.run(`DROP DATABASE ${name}`);
    await database.close();
  };
  return { ...database, drop };
}

/** A database that is there already, at an address as in DATABASE_URL. */
export function opened(url) {
  return url.startsWith('sqlite:') ? openedSqlite(url.slice('sqlite:'.length)) : openedMysql(url);
}

function openedSqlite(file) {
  const run = async (sql, values = []) => {
    const database = new SqliteFile(file);
    try {
      const statement = database.prepare(sql);
      return statement.reader ? statement.all(...values) : statement.run(...values);
    } finally {
      database.close();
    }
  };
  return { engine: 'sqlite', url: `sqlite:${file}`, run, close: async () => {}, filling: fillingSqlite(file) };
}

/** Runs `work` with a way to insert many rows that waits for no disk; a row is an object by column. */
function fillingSqlite(file) {
  return async (work) => {
    const database = new SqliteFile(file);
    database.pragma('synchronous = OFF');
    database.pragma('foreign_keys = OFF');
    const statements = new Map();
    const statementFor = (table, row) => {
      const columns = known(
        row,
        database.pragma(`table_info(${table})`).map(({ name }) => name),
      );
      const sql = `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
      return { columns, statement: database.prepare(sql) };
    };
    try {
      await work(async (table, rows) => {
        if (!statements.has(table)) statements.set(table, statementFor(table, rows[0]));
        const { columns, statement } = statements.get(table);
        database.exec('BEGIN');
        for (const row of rows) statement.run(...columns.map((column) => row[column]));
        database.exec('COMMIT');
      });
    } finally {
      database.close();
    }
  };
}

async function openedMysql(url) {
  const connection = await createConnection(url);
  return {
    engine: 'mysql',
    url,
    run: async (sql, values = []) => (await connection.query(sql, values))[0],
    close: () => connection.end(),
    filling: fillingMysql(url),
  };
}

/** The secondary indexes are built when the rows are there: sorted once, not sought for each row. */
function fillingMysql(url) {
  return async (work) => {
    const connection = await createConnection(url);
    await connection.query('SET SESSION unique_checks = 0, foreign_key_checks = 0');
    const tables = new Map();
    const beginTable = async (table, row) => {
      const [described] = await connection.query(`SHOW COLUMNS FROM ${table}`);
      const indexes = await indexesOf(connection, table);
      if (indexes.length > 0)
        await connection.query(`ALTER TABLE ${table} ${indexes.map(({ name }) => `DROP INDEX ${name}`).join(', ')}`);
      return {
        indexes,
        columns: known(
          row,
          described.map(({ Field }) => Field),
        ),
      };
    };
    try {
      await work(async (table, rows) => {
        if (!tables.has(table)) tables.set(table, await beginTable(table, rows[0]));
        const { columns } = tables.get(table);
        const values = rows.map((row) => columns.map((column) => row[column]));
        await connection.query(`INSERT INTO ${table} (${columns.join(', ')}) VALUES ?`, [values]);
      });
      for (const [table, { indexes }] of tables)
        if (indexes.length > 0)
          await connection.query(`ALTER TABLE ${table} ${indexes.map(({ sql }) => `ADD ${sql}`).join(', ')}`);
      // What the server does by itself a while after so many rows.
      await connection.query(`ANALYZE TABLE ${[...tables.keys()].join(', ')}`);
    } finally {
      await connection.end();
    }
  };
}

async function indexesOf(connection, table) {
  const [rows] = await connection.query(`SHOW INDEX FROM ${table} WHERE Key_name <> 'PRIMARY'`);
  return [...new Set(rows.map(({ Key_name: name }) => name))].map((name) => {
    const parts = rows.filter(({ Key_name: key }) => key === name);
    const columns = parts.map(({ Column_name: column }) => column).join(', ');
    return { name, sql: `${parts[0].Non_unique ? '' : 'UNIQUE '}INDEX ${name} (${columns})` };
  });
}

/** The columns of a row that its table has. */
function known(row, names) {
  return Object.keys(row).filter((column) => names.includes(column));
}
