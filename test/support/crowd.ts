import { AccessState } from '../../src/database/access-state.entity';
import { Database } from '../../src/database/database';
import { Grant } from '../../src/roles/grant.entity';
import { Role } from '../../src/roles/role.entity';
import { storedWords } from '../../src/text/search-words';
import { UserWord } from '../../src/users/user-word.entity';
import { User } from '../../src/users/user.entity';
import type { Site } from './site';

const DAY = 24 * 60 * 60_000;
const names = ['Anna Abel', 'anna abel', 'José Ñu', '', 'Zoë', 'Åsa Bo', 'Anna', 'p1', '%', '_x'];

/**
 * So many people at once, as no page makes them: names repeat, every tenth is not active, every eighth has not confirmed their address, every fifth never signed in,
 * many did so at the same moment. Each holds `User`; the other roles are held by one in so many.
 */
export async function crowd(site: Site, count: number, roles: Record<string, number>): Promise<void> {
  await site.app.get(Database).changeAccess(async (manager) => {
    const now = new Date();
    const last = (await manager.maximum(User, 'id')) ?? 0;
    const people = Array.from({ length: count }, (_, i) => ({
      id: last + 1 + i,
      email: `p${(i * 7919) % count}.${i % 3 ? 'anna' : 'zed'}@example.org`,
      name: names[i % names.length]!,
      active: i % 10 !== 0,
      accessVersion: 'crowd',
      emailConfirmedAt: i % 8 === 0 ? null : now,
      createdAt: new Date(now.getTime() - (count - i) * 60_000),
      lastSignInAt: i % 5 === 0 ? null : new Date(now.getTime() - (i % 100) * DAY),
    }));
    for (let i = 0; i < count; i += 500) await manager.insert(User, people.slice(i, i + 500));
    const words = people.flatMap((person) => storedWords(person).map((word) => ({ word, userId: person.id })));
    for (let i = 0; i < words.length; i += 2000) await manager.insert(UserWord, words.slice(i, i + 2000));
    await manager.increment(AccessState, { id: AccessState.id }, 'people', count);
    const active = people.filter((person) => person.active).length;
    await manager.increment(AccessState, { id: AccessState.id }, 'activePeople', active);
    for (const [name, oneIn] of Object.entries({ User: 1, ...roles })) {
      const { id } = await manager.findOneByOrFail(Role, { name });
      const grants = people
        .filter((_, i) => i % oneIn === 0)
        .map((person, i) => ({
          userId: person.id,
          roleId: id,
          grantedAt: now,
          until: i % 7 === 3 ? new Date(now.getTime() - DAY) : null,
        }));
      for (let i = 0; i < grants.length; i += 500) await manager.insert(Grant, grants.slice(i, i + 500));
      await manager.increment(Role, { id }, 'holders', grants.length);
    }
  });
}
