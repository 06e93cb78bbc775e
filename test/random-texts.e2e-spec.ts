import { UsersService } from '../src/accounts/users.service';
import { operator } from '../src/audit/actor';
import { DomainError } from '../src/database/errors';
import { UserDirectory } from '../src/directory/user-directory.service';
import { RoleExists } from '../src/roles/role-errors';
import { RolesService } from '../src/roles/roles.service';
import { skeleton } from '../src/text/skeleton';
import { randomTexts } from './support/random-texts';
import { Site } from './support/site';

/** What was refused to the one who asked; any other error is one of the test. */
function domainErrorIn(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  throw error;
}

describe('of random texts, on the real application,', () => {
  let site: Site;
  beforeAll(async () => {
    site = await Site.start();
  });
  afterAll(() => site.stop());

  it('whoever is accepted is found by the name and the address that were typed', async () => {
    const users = site.app.get(UsersService);
    let made = 0;
    for (const [i, text] of randomTexts(200, 7).entries()) {
      const email = i % 2 ? `${text}@example.org` : `p${i}@example.org`;
      const user = { email, name: text, passwordHash: '', active: true, roles: ['User'] };
      const created = await users.create(operator, user).catch(domainErrorIn);
      if (created instanceof DomainError) continue;
      made++;
      expect((await users.byEmail(email)).id).toBe(created.id);
      if (created.name === '') continue;
      const found: number[] = [];
      for await (const page of site.app.get(UserDirectory).all({ search: text.trim(), order: 'newest' }))
        found.push(...page.map(({ id }) => id));
      expect([text, found.includes(created.id)]).toEqual([text, true]);
      expect(new Set(found).size).toBe(found.length);
    }
    expect(made).toBeGreaterThan(60);
  }, 600_000);

  it('no two roles look alike', async () => {
    const roles = site.app.get(RolesService);
    let refused = 0;
    for (const name of randomTexts(300, 11).map((text) => [...text].slice(0, 2).join(''))) {
      const created = await roles.create(operator, { name, description: '', permissions: [] }).catch(domainErrorIn);
      if (created instanceof RoleExists) refused++;
    }
    const names = (await roles.all()).map(({ name }) => name);
    expect(names.length).toBeGreaterThan(50);
    expect(refused).toBeGreaterThan(5);
    expect(new Set(names.map(skeleton)).size).toBe(names.length);
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length);
  }, 600_000);
});
