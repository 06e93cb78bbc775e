import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sqliteDriver, type SqliteDriver } from '../src/database/sqlite-driver';
import type { SqliteFile } from '../src/database/sqlite-interface';

/** What both drivers must do alike; `npm run test:nodes` runs this under a Node.js for each. */
describe('the SQLite driver of this Node.js', () => {
  let folder: string;
  let Driver: SqliteDriver;
  let file: SqliteFile;
  const opened: SqliteFile[] = [];
  const open = (name: string, options = {}) => {
    const file = new Driver(join(folder, name), options);
    opened.push(file);
    return file;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mfo-driver-'));
    Driver = await sqliteDriver();
    file = open('one.sqlite');
    file.pragma('journal_mode = WAL');
    file.exec(`
      CREATE TABLE stages (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, size INTEGER CHECK (size > 0), plan BLOB);
      CREATE TABLE acts (name TEXT, stage_id INTEGER REFERENCES stages (id)) STRICT;
    `);
  });
  afterAll(async () => {
    for (const file of opened) file.close();
    await rm(folder, { recursive: true });
  });

  const codeOf = (work: () => unknown): unknown => {
    try {
      work();
    } catch (error) {
      return Reflect.get(error as Error, 'code');
    }
    return null;
  };

  it('gives back what it was given', () => {
    const plan = Buffer.from([0, 1, 255]);
    const inserted = file.prepare('INSERT INTO stages VALUES (?, ?, ?, ?)').run(7, 'Bühne 🎪', null, plan);
    expect(inserted).toEqual({ changes: 1, lastInsertRowid: 7 });
    const [row] = file.prepare('SELECT * FROM stages').all() as [Record<string, unknown>];
    expect({ ...row }).toEqual({ id: 7, name: 'Bühne 🎪', size: null, plan });
    expect(Buffer.isBuffer(row.plan)).toBe(true);
    const odd = file.prepare('SELECT ? AS big, ? AS half, typeof(?) AS whole').all(2n ** 40n, 0.5, 3);
    expect(odd.map((row) => ({ ...(row as object) }))).toEqual([{ big: 2 ** 40, half: 0.5, whole: 'real' }]);
  });

  it.each([
    ['SELECT 1', true],
    ['INSERT INTO acts VALUES (1, NULL) RETURNING name', true],
    ['PRAGMA table_info(acts)', true],
    ['WITH one AS (SELECT 1) SELECT * FROM one', true],
    ['DELETE FROM acts', false],
    ['BEGIN', false],
    ['CREATE TABLE more (id)', false],
  ])('knows whether a statement returns rows: %s', (sql, reader) => {
    expect(file.prepare(sql).reader).toBe(reader);
  });

  it.each([
    ["INSERT INTO stages (name) VALUES ('Main'), ('Main')", 'SQLITE_CONSTRAINT_UNIQUE'],
    ["INSERT INTO stages (id, name) VALUES (9, 'a'), (9, 'b')", 'SQLITE_CONSTRAINT_PRIMARYKEY'],
    ['INSERT INTO stages (name) VALUES (NULL)', 'SQLITE_CONSTRAINT_NOTNULL'],
    ["INSERT INTO stages (name, size) VALUES ('small', 0)", 'SQLITE_CONSTRAINT_CHECK'],
    ["INSERT INTO acts VALUES ('nobody', 4711)", 'SQLITE_CONSTRAINT_FOREIGNKEY'],
    ["INSERT INTO acts VALUES ('nobody', 'no number')", 'SQLITE_CONSTRAINT_DATATYPE'],
    ['SELEC 1', 'SQLITE_ERROR'],
    ['SELECT * FROM nowhere', 'SQLITE_ERROR'],
    ['SELECT "no column of this" FROM acts', 'SQLITE_ERROR'],
  ])('says by a code why it refused: %s', (sql, code) => {
    expect([codeOf(() => file.prepare(sql).run()), codeOf(() => file.exec(sql))]).toEqual([code, code]);
  });

  it('says when another holds the lock, and when its view is too old to write', () => {
    const other = open('one.sqlite', { timeout: 1 });
    const count = other.prepare('SELECT COUNT(*) AS stages FROM stages');
    file.exec('BEGIN IMMEDIATE');
    expect(codeOf(() => other.exec('BEGIN IMMEDIATE'))).toBe('SQLITE_BUSY');
    file.exec('ROLLBACK');
    other.exec('BEGIN');
    count.all();
    file.exec("INSERT INTO stages (name) VALUES ('newer')");
    expect(codeOf(() => other.exec("INSERT INTO stages (name) VALUES ('older')"))).toBe('SQLITE_BUSY_SNAPSHOT');
    other.exec('ROLLBACK');
  });

  it('writes nothing where it may only read', () => {
    const reader = open('one.sqlite', { readonly: true });
    expect(reader.prepare('SELECT 1 AS one').all()).toHaveLength(1);
    expect(codeOf(() => reader.exec('DELETE FROM acts'))).toBe('SQLITE_READONLY');
    expect(codeOf(() => open('nowhere.sqlite', { readonly: true }))).toBe('SQLITE_CANTOPEN');
  });

  it('says that a file is no database, once it is read', () => {
    const none = new Driver(__filename, { readonly: true });
    expect(codeOf(() => none.prepare('SELECT * FROM sqlite_master').all())).toBe('SQLITE_NOTADB');
    none.close();
  });

  it('guards foreign keys unless told otherwise', () => {
    expect(file.pragma('foreign_keys')).toMatchObject([{ foreign_keys: 1 }]);
  });
});
