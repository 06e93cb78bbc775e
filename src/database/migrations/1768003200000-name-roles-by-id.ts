import type { MigrationInterface, QueryRunner } from 'typeorm';
import { isSqlite } from '../engine';
import { addIndex } from '../migration-steps/add-index';

const indices = [
  { table: 'audit_events', name: 'audit_events_role', columnNames: ['role_id', 'sequence'] },
  { table: 'sign_in_events', name: 'sign_in_events_user', columnNames: ['user_id'] },
];

const AT_ONCE = 500;

/**
 * The audit log knows the role of a change by its id. Of events that are there already, which keep their hashes, it is
 * found by following the roles that still exist through their names; a role that is gone has left no id to find.
 */
export class NameRolesById1768003200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const integer = isSqlite(runner) ? 'integer' : 'int';
    // TypeORM's own way would copy the whole table on SQLite.
    if (!(await runner.hasColumn('audit_events', 'role_id')))
      await runner.query(`ALTER TABLE audit_events ADD COLUMN role_id ${integer} NULL`);
    for (const { table, ...index } of indices) await addIndex(runner, table, index);
    await nameRoles(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { table, name } of indices) await runner.dropIndex(table, name);
    await runner.query('ALTER TABLE audit_events DROP COLUMN role_id');
  }
}

interface RoleEvent {
  sequence: number;
  action: string;
  subject: string;
  before: string | null;
  after: string | null;
}

async function nameRoles(runner: QueryRunner): Promise<void> {
  const events = (await runner.query(
    "SELECT sequence, action, subject, `before`, `after` FROM audit_events WHERE action LIKE 'role.%' ORDER BY sequence",
  )) as RoleEvent[];
  const histories = historiesByName(events);
  const roles = (await runner.query('SELECT id, name FROM roles')) as { id: number; name: string }[];
  for (const { id, name } of roles) {
    const sequences = histories.get(name) ?? [];
    for (let start = 0; start < sequences.length; start += AT_ONCE) {
      const some = sequences.slice(start, start + AT_ONCE);
      await runner.query(
        `UPDATE audit_events SET role_id = ? WHERE role_id IS NULL AND sequence IN (${some.map(() => '?').join()})`,
        [id, ...some],
      );
    }
  }
}

/** The events of each role that was not deleted, by the name it came to have. */
function historiesByName(events: readonly RoleEvent[]): Map<string, number[]> {
  const histories = new Map<string, number[]>();
  for (const event of events) {
    const name = event.subject.replace(/^role /, '');
    const [was, is] = [nameIn(event.before), nameIn(event.after)];
    const formerly = event.action === 'role.change' && is === name && was !== null ? was : name;
    const history = event.action === 'role.create' ? [] : (histories.get(formerly) ?? []);
    history.push(event.sequence);
    histories.delete(formerly);
    if (event.action !== 'role.delete') histories.set(name, history);
  }
  return histories;
}

function nameIn(json: string | null): string | null {
  try {
    const { name } = JSON.parse(json ?? '{}') as { name?: unknown };
    return typeof name === 'string' ? name : null;
  } catch {
    // Somebody has altered it; the event is named by its subject alone.
    return null;
  }
}
