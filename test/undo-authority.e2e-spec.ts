import { operator } from '../src/audit/actor';
import { dump, expectUnchanged } from './support/dump';
import { holder } from './support/holder';
import { roleOf } from './support/role-of';
import { superuser } from './support/site';
import { somebody } from './support/somebody';
import { confirm, digestOn, make, undoOn } from './support/undo';
import { admin, edit, grants, held, inDays, keeping, newest, roles, site, users } from './support/undo-site';

describe('somebody else’s undo', () => {
  it('is judged by what they hold', async () => {
    const crew = await roleOf(site, ['audit-read']);
    const keeper = await roleOf(site, keeping);
    const { id } = await somebody(site, ['User', crew]);
    const path = undoOn(await make(admin, 'users', { change: 'revoke', users: String(id), role: crew }))!;
    const weak = await holder(site, ['User', keeper]);
    const refused = await weak.person.get(path);
    expect(refused.body).toContain('You don&#x27;t hold <code>audit-read</code>');
    expect(refused.body).not.toContain('name="digest"');
    const before = await dump(site);
    const digest = digestOn(await admin.get(path));
    const of = new URLSearchParams(path.split('?')[1]).get('of')!;
    const sent = await weak.person.post('/admin/users/change', { change: 'undo', of, digest });
    expect(sent.status).toBe(409);
    await expectUnchanged(site, before);
    const strong = await holder(site, ['User', keeper, crew]);
    expect((await confirm(strong.person, await strong.person.get(path))).status).toBe(303);
    expect(await held.rolesOf(id)).toEqual(['User', crew]);
  });

  it('is refused to who keeps no users, or no roles', async () => {
    const crew = await roleOf(site, ['audit-read']);
    const { id } = await somebody(site, ['User']);
    const ofPeople = undoOn(await make(admin, 'users', { change: 'grant', users: String(id), role: crew }))!;
    const ofRole = undoOn(await make(admin, 'roles', await edit(crew, { permissions: '' })))!;
    const keeper = await holder(site, ['User', await roleOf(site, keeping)]);
    const fan = await holder(site, ['User']);
    expect((await keeper.person.get(ofPeople)).status).toBe(200);
    for (const [person, path] of [
      [fan.person, ofPeople],
      [fan.person, ofRole],
      [keeper.person, ofRole],
    ] as const)
      expect((await person.get(path)).status).toBe(403);
    expect((await site.visitor().get(ofPeople)).location).toContain('/login?next=');
    // Nor does the other address open it to them.
    expect((await keeper.person.get(ofRole.replace('/roles/', '/users/'))).status).toBe(409);
  });

  it('names nobody to who may not see people', async () => {
    const crew = await roleOf(site, ['audit-read']);
    const { email } = await somebody(site, ['User', crew]);
    const path = undoOn(await make(admin, 'roles', await edit(crew, { permissions: '' })))!;
    const own = await roleOf(site, ['admin-read', 'admin-write', 'roles-read', 'roles-write', 'audit-read']);
    const { person } = await holder(site, ['User', own]);
    const { body } = await person.get(path);
    expect(body).toContain('audit-read');
    expect(body).not.toContain(email);
    expect(body).not.toContain(superuser.email);
  });

  it('is found beside its events in the audit log by those who may', async () => {
    const { id, email } = await somebody(site, ['User']);
    const { person: reader } = await holder(site, [
      'User',
      await roleOf(site, ['admin-read', 'admin-write', 'audit-read', 'users-read']),
    ]);
    const offered = undoOn(await make(admin, 'users', { change: 'deactivate', users: String(id) }))!;
    const { sequence } = await newest();
    const link = `<a href="${offered.replaceAll('&', '&amp;').replaceAll('=', '&#x3D;')}" aria-describedby="event-${sequence}">Undo</a>`;
    expect((await admin.get(`/admin/audit?person=${id}`)).body).toContain(link);
    expect((await reader.get(`/admin/audit?person=${id}`)).body).not.toContain('>Undo</a>');
    expect((await users.byEmail(email)).active).toBe(false);
  });
});

describe('nobody climbs by an undo:', () => {
  it('who has lost since what they took away can’t give it back', async () => {
    const crew = await roleOf(site, ['audit-read']);
    const me = await holder(site, ['User', await roleOf(site, keeping), crew]);
    const { id } = await somebody(site, ['User', crew]);
    const path = undoOn(await make(me.person, 'users', { change: 'revoke', users: String(id), role: crew }))!;
    await grants.revoke(operator, me.email, crew);
    const shown = await me.person.get(path);
    expect(shown.body).toMatch(/You don&#x27;t hold/);
    expect(shown.body).not.toContain('name="digest"');
  });

  it('who was stepped down can’t step up again, nor is it offered to them', async () => {
    const keeper = await roleOf(site, keeping);
    const me = await holder(site, ['User', keeper]);
    const told = await make(me.person, 'users', { change: 'revoke', users: String(me.id), role: keeper, next: '/' });
    expect(undoOn(told)).toBeNull();
    const { requestId } = await newest();
    expect((await me.person.get(`/admin/users/change?change=undo&of=${requestId}`)).status).toBe(403);
  });

  it('who holds a role for a time gives it back for no longer', async () => {
    const crew = await roleOf(site, ['audit-read']);
    const me = await holder(site, ['User', await roleOf(site, keeping)]);
    await grants.give(operator, me.email, crew, { until: inDays(5) });
    const { id } = await somebody(site, ['User', crew]);
    const until = inDays(2).toISOString().slice(0, 10);
    const path = undoOn(await make(admin, 'users', { change: 'change-end', users: String(id), role: crew, until }))!;
    const shown = await me.person.get(path);
    expect(shown.body).toContain('or not for as long');
    expect(shown.body).not.toContain('name="digest"');
    expect((await held.heldGrant(id, crew))?.until).not.toBeNull();
    await grants.give(operator, me.email, crew, { until: null });
    expect((await confirm(me.person, await me.person.get(path))).status).toBe(303);
    expect((await held.heldGrant(id, crew))?.until).toBeNull();
  });

  it('what a role has come to carry since counts', async () => {
    const crew = await roleOf(site, ['audit-read']);
    const me = await holder(site, ['User', await roleOf(site, [...keeping, 'audit-read'])]);
    const { id } = await somebody(site, ['User', crew]);
    const path = undoOn(await make(me.person, 'users', { change: 'revoke', users: String(id), role: crew }))!;
    await roles.addPermissions(operator, crew, ['roles-write']);
    expect((await me.person.get(path)).body).toMatch(/You don&#x27;t hold <code>roles-write/);
  });

  it('an edit of a role is undone only by who holds all of it, then and now', async () => {
    const crew = await roleOf(site, ['audit-read']);
    const path = undoOn(await make(admin, 'roles', await edit(crew, { permissions: '' })))!;
    const writer = ['admin-read', 'admin-write', 'roles-read', 'roles-write'];
    const { person } = await holder(site, ['User', await roleOf(site, writer)]);
    const page = await person.get(path);
    expect(page.status).toBe(403);
    expect(page.body).toMatch(/You don&#x27;t hold <code>audit-read/);
    expect((await roles.byName(crew)).permissions).toEqual([]);
  });
});

describe('an administrator remains', () => {
  it('whatever is undone', async () => {
    const other = await holder(site, ['User']);
    const told = await make(admin, 'users', { change: 'grant', users: String(other.id), role: 'Admin' });
    const path = undoOn(told)!;
    const { id } = await users.byEmail(superuser.email);
    await make(other.person, 'users', { change: 'revoke', users: String(id), role: 'Admin' });
    const back = (await newest()).requestId!;
    const shown = await other.person.get(path);
    expect(shown.body).toContain('Nobody would be left who can administer the site.');
    expect(shown.body).not.toContain('name="digest"');
    const again = await other.person.get(`/admin/users/change?change=undo&of=${back}`);
    expect((await confirm(other.person, again)).status).toBe(303);
    expect((await confirm(admin, await admin.get(path))).status).toBe(303);
    expect(await held.rolesOf(other.id)).toEqual(['User']);
  });
});
