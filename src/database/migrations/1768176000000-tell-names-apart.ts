import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';
import { emailKey, faultOfEmail, lookOfEmail, normaliseEmail } from '../../text/email-address';
import { faultOfText, normaliseText } from '../../text/naming';
import { keysOfRoleName } from '../../text/role-name';
import { isSqlite } from '../engine';
import { addIndex } from '../migration-steps/add-index';
import { addColumn, textType } from '../migration-steps/add-column';

const BATCH = 500;

const indices = [
  { name: 'users_email_key', columnNames: ['email_key'], isUnique: true },
  { name: 'users_email_look', columnNames: ['email_look'] },
  { name: 'users_needs_rename', columnNames: ['needs_rename', 'id'] },
];

/**
 * Addresses and the names of roles are told apart by what they look like. Of two that collide, the older one has the
 * keys; the other stays as it is, and is marked. Each step bears being repeated.
 */
export class TellNamesApart1768176000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'users', 'email_key', `${textType(runner, 254)} NULL`);
    await addColumn(runner, 'users', 'email_look', `${textType(runner, 44)} NOT NULL DEFAULT ''`);
    await addColumn(runner, 'users', 'needs_rename', `${isSqlite(runner) ? 'boolean' : 'tinyint'} NOT NULL DEFAULT 0`);
    for (const index of indices) await addIndex(runner, 'users', index);
    await fillUsers(runner);
    await runner.createTable(new Table(roleKeys(runner)), true);
    await fillRoleKeys(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('role_keys', true);
    for (const { name } of indices) await runner.dropIndex('users', name);
    for (const column of ['email_key', 'email_look', 'needs_rename'])
      await runner.query(`ALTER TABLE users DROP COLUMN ${column}`);
  }
}

interface Person {
  id: number;
  email: string;
  name: string;
}

interface Keys {
  email: string;
  email_key: string | null;
  email_look: string;
  needs_rename: boolean;
}

/** In the order of their ids, so that the older one of two comes first, also after a start that was killed. */
async function fillUsers(runner: QueryRunner): Promise<void> {
  for (let after = 0; ;) {
    const people = (await runner.query(
      `SELECT id, email, name FROM users WHERE id > ? AND email_look = '' ORDER BY id LIMIT ${BATCH}`,
      [after],
    )) as Person[];
    const last = people.at(-1);
    if (!last) return;
    await store(runner, await keysOf(runner, people));
    after = last.id;
  }
}

async function keysOf(runner: QueryRunner, people: readonly Person[]): Promise<Map<number, Keys>> {
  const taken = await takenBefore(runner, people);
  return new Map(people.map((person) => [person.id, keysFor(person, taken)]));
}

type Taken = Awaited<ReturnType<typeof takenBefore>>;

/** Which of their keys and looks older accounts have, and who has the addresses that they would have. */
async function takenBefore(runner: QueryRunner, people: readonly Person[]) {
  const column = async (name: string, wanted: readonly string[]) => {
    const places = wanted.map(() => '?').join();
    return (await runner.query(`SELECT id, ${name} AS found FROM users WHERE ${name} IN (${places})`, [...wanted])) as {
      id: number;
      found: string;
    }[];
  };
  const [emails, keys, looks] = [
    await column(
      'email',
      people.map(({ email }) => normaliseEmail(email)),
    ),
    await column(
      'email_key',
      people.map(({ email }) => emailKey(email)),
    ),
    await column(
      'email_look',
      people.flatMap(({ email }) => Object.values(lookOfEmail(email)).flat()),
    ),
  ];
  return {
    emails: new Map(emails.map(({ found, id }) => [found, id])),
    keys: new Set(keys.map(({ found }) => found)),
    looks: new Set(looks.map(({ found }) => found)),
  };
}

function keysFor({ id, email, name }: Person, { emails, keys, looks }: Taken): Keys {
  const [shown, key, look] = [normaliseEmail(email), emailKey(email), lookOfEmail(email)];
  const isSound = faultOfEmail(email) === null && !keys.has(key);
  const isFree = (emails.get(shown) ?? id) === id;
  const isLookAlike = look.others.some((other) => looks.has(other));
  if (isSound) keys.add(key);
  if (isSound && isFree) emails.set(shown, id);
  looks.add(look.own);
  return {
    email: isSound && isFree ? shown : email,
    email_key: isSound ? key : null,
    email_look: look.own,
    needs_rename: !isSound || isLookAlike || faultOfText('name', normaliseText(name)) !== null,
  };
}

async function store(runner: QueryRunner, rows: ReadonlyMap<number, Keys>): Promise<void> {
  const columns = ['email', 'email_key', 'email_look', 'needs_rename'] as const;
  const cases = [...rows].map(() => 'WHEN ? THEN ?').join(' ');
  const ids = [...rows.keys()];
  await runner.query(
    `UPDATE users SET ${columns.map((column) => `${column} = CASE id ${cases} END`).join(', ')}
       WHERE id IN (${ids.map(() => '?').join()})`,
    [...columns.flatMap((column) => [...rows].flatMap(([id, keys]) => [id, plain(keys[column])])), ...ids],
  );
}

/** SQLite knows no yes and no. */
function plain(value: string | boolean | null): string | number | null {
  return typeof value === 'boolean' ? Number(value) : value;
}

function roleKeys(runner: QueryRunner) {
  const collation = isSqlite(runner) ? {} : { charset: 'utf8mb4', collation: 'utf8mb4_bin' };
  return {
    name: 'role_keys',
    columns: [
      { name: 'role_key', type: 'varchar', length: '43', ...collation, isPrimary: true },
      { name: 'role_id', type: isSqlite(runner) ? 'integer' : 'int' },
    ],
    indices: [{ name: 'role_keys_role', columnNames: ['role_id'] }],
    foreignKeys: [
      {
        name: 'fk_role_keys_role',
        columnNames: ['role_id'],
        referencedTableName: 'roles',
        referencedColumnNames: ['id'],
        onDelete: 'CASCADE',
        onUpdate: 'NO ACTION',
      },
    ],
  };
}

async function fillRoleKeys(runner: QueryRunner): Promise<void> {
  const roles = (await runner.query('SELECT id, name FROM roles ORDER BY id')) as { id: number; name: string }[];
  const known = (await runner.query('SELECT role_key AS found FROM role_keys')) as { found: string }[];
  const taken = new Set(known.map(({ found }) => found));
  for (const { id, name } of roles)
    for (const key of keysOfRoleName(name).filter((key) => !taken.has(key))) {
      await runner.query('INSERT INTO role_keys (role_key, role_id) VALUES (?, ?)', [key, id]);
      taken.add(key);
    }
}
