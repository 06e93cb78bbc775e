import { Database } from '../../src/database/database';
import { FactorChanges } from '../../src/factors/factor-changes.service';
import { Passkey } from '../../src/factors/passkey.entity';
import type { Person } from './person';
import type { Site } from './site';

/** A passkey that answers nobody. @returns its number */
export async function aPasskey(site: Site, userId: number): Promise<number> {
  const { read } = site.app.get(Database);
  const known = await read.findOneBy(Passkey, { userId, name: 'Fixture' });
  if (known) return known.id;
  const key = { credentialHash: `fixture ${userId}`, credentialId: 'x', publicKey: 'x', counter: 0 };
  const row = { userId, name: 'Fixture', ...key, createdAt: Date.now(), lastUsedAt: null };
  await site.app.get(Database).transaction((manager) => manager.insert(Passkey, row));
  return (await read.findOneByOrFail(Passkey, { userId, name: 'Fixture' })).id;
}

/** They have a second factor from now on, and go on where they are signed in. */
export async function giveFactor(site: Site, userId: number): Promise<void> {
  await aPasskey(site, userId);
  const changes = site.app.get(FactorChanges);
  await site.app.get(Database).changeAccess((manager) => changes.noteChange(manager, userId));
}

/** Whether they come to set up a second factor in place of this page. */
export async function isLed(person: Person, path: string): Promise<boolean> {
  const page = await person.get(path);
  return page.status === 303 && page.location === '/account/two-factor';
}
