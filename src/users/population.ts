import type { EntityManager } from 'typeorm';
import { Holdings } from '../access/holdings';
import { Role } from '../roles/role.entity';

export type CarriedByRole = ReadonlyMap<number, { name: string; permissions: readonly string[] }>;

interface GrantRow {
  user: number;
  /** null: he was given none. */
  role: number | null;
  starts: Date | string | null;
  ends: Date | string | null;
}

const columns = 'u.id AS user, g.role_id AS role, g.starts_at AS starts, g.ends_at AS ends';

/** People who can sign in, and what was given to them. Raw rows, and few objects: a role may be held by a hundred thousand. */
export class Population {
  private readonly grants = new Map<number, GrantRow[]>();

  private constructor(rows: readonly GrantRow[]) {
    for (const row of rows) {
      const known = this.grants.get(row.user);
      if (known) known.push(row);
      else this.grants.set(row.user, [row]);
    }
  }

  static async ofUsers(manager: EntityManager, ids: readonly number[]): Promise<Population> {
    if (ids.length === 0) return new Population([]);
    return new Population(
      await manager.query<GrantRow[]>(
        `SELECT ${columns} FROM users u LEFT JOIN grants g ON g.user_id = u.id
          WHERE u.active = 1 AND u.id IN (${ids.map(() => '?').join()}) ORDER BY u.id, g.role_id`,
        [...ids],
      ),
    );
  }

  /** Everybody who was given the role, with all his other ones. */
  static async ofHolders(manager: EntityManager, role: string): Promise<Population> {
    return new Population(
      await manager.query<GrantRow[]>(
        `SELECT ${columns} FROM roles r JOIN grants h ON h.role_id = r.id JOIN users u ON u.id = h.user_id AND u.active = 1
           JOIN grants g ON g.user_id = h.user_id
          WHERE r.name = ? ORDER BY h.user_id, g.role_id`,
        [role],
      ),
    );
  }

  get ids(): Iterable<number> {
    return this.grants.keys();
  }

  /** The same text for two people who hold the same on the same terms; empty for who can't sign in. */
  signatureOf(id: number): string {
    const grants = this.grants.get(id);
    return grants ? grants.map(({ role, starts, ends }) => `${role} ${stampOf(starts)} ${stampOf(ends)}`).join() : '';
  }

  /** With what the roles carry; a role that is gone gives nothing. */
  holdingsOf(id: number, roles: CarriedByRole): Holdings | null {
    const grants = this.grants.get(id);
    if (!grants) return null;
    return new Holdings(
      grants.flatMap(({ role: roleId, starts, ends }) => {
        const role = roleId === null ? undefined : roles.get(roleId);
        return role
          ? [{ role: role.name, permissions: role.permissions, from: momentOf(starts), until: momentOf(ends) }]
          : [];
      }),
    );
  }
}

/** What each role carries just now. */
export async function carriedByRole(manager: EntityManager): Promise<CarriedByRole> {
  const roles = await manager.find(Role, { relations: { carried: true } });
  return new Map(
    roles.map(({ id, name, carried }) => [id, { name, permissions: carried.map(({ permission }) => permission) }]),
  );
}

function stampOf(value: Date | string | null): string | number | null {
  return value instanceof Date ? value.getTime() : value;
}

/** SQLite gives the text that is stored, in UTC. */
function momentOf(value: Date | string | null): Date | null {
  return typeof value === 'string' ? new Date(`${value}Z`) : value;
}
