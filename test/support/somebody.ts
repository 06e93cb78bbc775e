import { UserGrants } from '../../src/accounts/user-grants.service';
import { UsersService } from '../../src/accounts/users.service';
import { operator, type Actor } from '../../src/audit/actor';
import type { Site } from './site';

export interface Somebody {
  id: number;
  email: string;
  name: string;
  /** They themselves, as the one who makes a change. */
  actor: Actor;
}

let made = 0;

/** Somebody new who holds these roles, and others each until then; active, but nobody knows a password of theirs. */
export async function somebody(
  site: Site,
  roles: readonly string[] = [],
  others: Record<string, Date | null> = {},
): Promise<Somebody> {
  const users = site.app.get(UsersService);
  const grants = site.app.get(UserGrants);
  const number = ++made;
  const user = { email: `somebody${number}@example.org`, name: `Somebody ${number}`, passwordHash: 'x', active: true };
  const { id, email, name } = await users.create(operator, { ...user, roles });
  for (const [role, until] of Object.entries(others)) await grants.give(operator, email, role, { until });
  return { id, email, name, actor: { kind: 'user', id, ip: '127.0.0.1', requestId: 'r' } };
}
