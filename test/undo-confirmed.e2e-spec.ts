import { operator } from '../src/audit/actor';
import { AuditLog } from '../src/audit/audit-log.service';
import { dump, expectUnchanged } from './support/dump';
import { holder } from './support/holder';
import { roleOf } from './support/role-of';
import { somebody } from './support/somebody';
import { digestOn, make, undoOn } from './support/undo';
import { admin, edit, grants, held, roles, site, users } from './support/undo-site';

describe('an undo that is confirmed', () => {
  async function prepared(person = admin) {
    const crew = await roleOf(site, ['audit-read']);
    const { id, email, name } = await somebody(site, ['User', crew]);
    const path = undoOn(await make(person, 'users', { change: 'revoke', users: String(id), role: crew }))!;
    const of = new URLSearchParams(path.split('?')[1]).get('of')!;
    const digest = digestOn(await person.get(path));
    return { crew, id, email, name, path, fields: { change: 'undo', of, digest } };
  }
  const eventsOf = async (id: number) =>
    (await site.app.get(AuditLog).page({ subject: `user ${id}` }, 100)).map(({ action }) => action);

  it.each<[string, (crew: string, email: string) => Promise<unknown>]>([
    ['the role carries more', (crew) => roles.addPermissions(operator, crew, ['roles-read'])],
    ['they were deactivated', (_, email) => users.deactivate(operator, email)],
    ['they were given the role', (crew, email) => grants.give(operator, email, crew)],
    [
      'they hold another role that carries it',
      async (_, email) => grants.give(operator, email, await roleOf(site, ['audit-read'])),
    ],
  ])('is shown anew, and not made, where meanwhile %s', async (_, meanwhile) => {
    const { crew, id, email, name, fields } = await prepared();
    await meanwhile(crew, email);
    const before = await dump(site);
    const page = await admin.post('/admin/users/change', fields);
    expect([page.status, page.h1]).toEqual([409, `Undo: Take the role ${crew} from ${name}`]);
    await expectUnchanged(site, before);
    expect(digestOn(page)).not.toBe(fields.digest);
    expect(await eventsOf(id)).toContain('grant.remove');
  });

  it.each<[string, (crew: string, email: string) => Promise<unknown>]>([
    ['made the role carry more', (crew) => roles.addPermissions(operator, crew, ['roles-read'])],
    ['given them the role', (crew, email) => grants.give(operator, email, crew)],
  ])(
    'is not made where somebody has meanwhile %s, though they can’t sign in and nothing has an effect',
    async (_, did) => {
      const { crew, email, path, fields } = await prepared();
      await users.deactivate(operator, email);
      const digest = digestOn(await admin.get(path));
      await did(crew, email);
      const before = await dump(site);
      expect((await admin.post('/admin/users/change', { ...fields, digest })).status).toBe(409);
      await expectUnchanged(site, before);
    },
  );

  it('was shown before', async () => {
    const { fields } = await prepared();
    for (const digest of ['', 'f'.repeat(64)])
      expect((await admin.post('/admin/users/change', { ...fields, digest })).status).toBe(409);
  });

  it('is not confirmed by the digest of another', async () => {
    const [one, other] = [await prepared(), await prepared()];
    const page = await admin.post('/admin/users/change', { ...one.fields, digest: other.fields.digest });
    expect(page.status).toBe(409);
    expect(await held.rolesOf(one.id)).toEqual(['User']);
  });

  it('twice at once, as at a double click, or again later, is made once', async () => {
    const { crew, id, name, fields } = await prepared();
    const answers = await Promise.all([1, 2, 3].map(() => admin.post('/admin/users/change', fields)));
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409, 409]);
    const late = await admin.post('/admin/users/change', fields);
    expect(late.status).toBe(409);
    expect(late.body).toContain('Nothing is left to undo: it was undone, or changed since.');
    expect(late.body).toContain(`It is so already for <bdi>${name}</bdi>.`);
    expect(await held.rolesOf(id)).toEqual(['User', crew]);
    expect((await eventsOf(id)).filter((action) => action === 'grant.add')).toHaveLength(1);
  });

  it('by two people at the same moment is made by one', async () => {
    const { crew, id, path, fields } = await prepared();
    const other = await holder(site, ['User', 'Admin']);
    const digest = digestOn(await other.person.get(path));
    const answers = await Promise.all([
      admin.post('/admin/users/change', fields),
      other.person.post('/admin/users/change', { ...fields, digest }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409]);
    expect(await held.rolesOf(id)).toEqual(['User', crew]);
    expect((await eventsOf(id)).filter((action) => action === 'grant.add')).toHaveLength(1);
  });

  it('of an edit that two undo at once is made once', async () => {
    const crew = await roleOf(site, ['audit-read']);
    const path = undoOn(await make(admin, 'roles', await edit(crew, { permissions: 'users-read' })))!;
    const of = new URLSearchParams(path.split('?')[1]).get('of')!;
    const fields = { change: 'undo', of, digest: digestOn(await admin.get(path)) };
    const answers = await Promise.all([1, 2].map(() => admin.post('/admin/roles/change', fields)));
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409]);
    expect((await roles.byName(crew)).permissions).toEqual(['audit-read']);
    const late = await admin.get(path);
    expect(late.body).toContain('Nothing: it is as it is already.');
    expect(late.body).not.toContain('Kept');
  });
});
