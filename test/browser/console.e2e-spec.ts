import type { Browser } from 'playwright-core';
import { UserGrants } from '../../src/accounts/user-grants.service';
import { UsersService } from '../../src/accounts/users.service';
import { operator } from '../../src/audit/actor';
import { Passwords } from '../../src/credentials/passwords';
import { versionOf } from '../../src/roles/role-version';
import { RolesService } from '../../src/roles/roles.service';
import { launchBrowser } from '../support/browser';
import type { Person } from '../support/person';
import { Site, superuser } from '../support/site';
import { Typist } from '../support/typist';

// A journey passes a dozen pages, and axe looks over each.
jest.setTimeout(300_000);

const password = 'a password of a user';
let site: Site;
let browser: Browser;
let adminCookie: string;

beforeAll(async () => {
  site = await Site.start();
  browser = await launchBrowser();
  adminCookie = (await site.admin()).cookie;
  const permissions = ['admin-read', 'admin-write', 'audit-read'];
  await site.app.get(RolesService).create(operator, { name: 'Auditor', description: '', permissions });
});
afterAll(async () => {
  await browser.close();
  await site.stop();
});

async function account(email: string, name = '', active = true): Promise<number> {
  const passwordHash = await site.app.get(Passwords).hash(password);
  return (await site.app.get(UsersService).create(operator, { email, name, passwordHash, active, roles: ['User'] })).id;
}

async function signedIn(email: string): Promise<Person> {
  const person = site.visitor();
  await person.signIn(email, password);
  return person;
}

async function isActive(email: string): Promise<boolean> {
  return (await site.app.get(UsersService).byEmail(email)).active;
}

describe.each([
  ['with JavaScript', true, 'Scripted'],
  ['without JavaScript', false, 'Plain'],
])('by the keyboard alone, %s', (_case, javaScriptEnabled, family) => {
  const addressOf = (name: string) => `${name}@${family.toLowerCase()}.example.org`;
  const sit = (cookie?: string) => Typist.sitsDown(browser, site.origin, javaScriptEnabled, cookie);

  it('an administrator finds a person by the beginning of their name and gives them a role until a day', async () => {
    const email = addressOf('ada');
    const id = await account(email, `Ada ${family}`);
    const admin = await sit(adminCookie);
    await admin.opens('/admin');
    await admin.follows('People');
    await admin.types('Name or address', `ada ${family.slice(0, 3)}`);
    await admin.presses('Show');
    await admin.follows(`Ada ${family}`);
    await admin.follows('Give a role');
    await admin.presses('With an end date or a reason for the role Auditor');
    await admin.dates('End date', '2099-01-31');
    await admin.types('Reason', 'Reads the log in the winter');
    await admin.presses('Show the effect');
    expect(await admin.sees()).toEqual([200, `Give the role Auditor to Ada ${family}`]);
    expect(await admin.reads()).toMatch(/Ada \w+ will be able to: .*read the audit log\. Ends 31 January 2099\./);
    await admin.presses('Give the role');
    expect(admin.place).toBe(`/admin/users/${id}`);
    expect(await admin.isTold()).toBe(`Ada ${family} now has the role Auditor until 31 January 2099.`);
    expect(await admin.reads()).toMatch(/Roles.*Auditor.*31 January 2099.*Reads the log in the winter.*Access/);
    expect(await admin.reads()).toMatch(/History.*Auditor.*Reason: Reads the log in the winter/);
    await admin.leaves();
  });

  it('an administrator deactivates several people at once, reads the result for each, and activates them again', async () => {
    const [bob, bea, ben] = [addressOf('bob'), addressOf('bea'), addressOf('ben')];
    for (const email of [ben, bea, bob]) await account(email, '', email !== ben);
    const admin = await sit(adminCookie);
    await admin.opens('/admin/users');
    for (const email of [bob, bea, ben, superuser.email]) await admin.ticks(`Choose ${email}`);
    await admin.presses('Deactivate');
    expect(await admin.reads()).toContain(`Not for everybody ${superuser.email} you: Nobody would be left`);
    expect(await admin.reads()).toContain(`It is so already for ${ben}.`);
    await admin.presses('Deactivate 2 people');
    expect(admin.place).toBe('/admin/users');
    expect(await admin.isTold()).toContain(
      `${bea} and ${bob} are no longer active. It was so already for ${ben}. Not for`,
    );
    expect(await isActive(bob)).toBe(false);
    await admin.ticks(`Choose ${bea}`);
    await admin.ticks(`Choose ${bob}`, 'Shift+Tab');
    await admin.presses('Activate');
    await admin.presses('Activate 2 people');
    expect(await admin.isTold()).toBe(`${bea} and ${bob} are active now.`);
    expect(await isActive(bob)).toBe(true);
    await admin.leaves();
  });

  it('an administrator adds a person, who opens their link, sets their password and is signed in', async () => {
    const email = addressOf('cleo');
    const admin = await sit(adminCookie);
    await admin.opens('/admin/users');
    await admin.follows('Add a person');
    await admin.types('E-mail address', email);
    await admin.types('Name', `Cleo ${family}`);
    await admin.presses('Add this person');
    expect(await admin.sees()).toEqual([200, 'Link to set a password']);
    const link = new URL(await admin.readsIn('Address')).pathname;
    await admin.leaves();
    const cleo = await sit();
    await cleo.opens(link);
    await cleo.types('Password', password);
    await cleo.types('Repeat the password', 'not the same');
    await cleo.presses('Set password');
    expect(await cleo.sees()).toEqual([422, 'Set your password']);
    expect(await cleo.isCorrectedAt('Repeat the password')).not.toBe('');
    await cleo.types('Password', password);
    await cleo.types('Repeat the password', password);
    await cleo.presses('Set password');
    expect(await cleo.sees()).toEqual([200, `Hello, Cleo ${family}`]);
    await cleo.unfolds(`Menu of Cleo ${family}`);
    await cleo.presses('Sign out');
    await cleo.leaves();
  });

  it('an administrator ends the sessions of a person, deactivates them, and deletes them by typing their address', async () => {
    const email = addressOf('dan');
    const id = await account(email, `Dan ${family}`);
    const dan = await signedIn(email);
    const admin = await sit(adminCookie);
    await admin.opens(`/admin/users/${id}`);
    await admin.presses('Sign out everywhere');
    expect(await admin.isTold()).toBe('One session has ended.');
    expect((await dan.get('/account')).status).toBe(303);
    await admin.follows('Deactivate');
    await admin.presses('Deactivate');
    expect(await admin.reads()).toContain('This account is not active');
    await admin.unfolds('More');
    await admin.follows('Delete');
    await admin.types('Type the address of the person to delete', addressOf('dana'));
    await admin.presses('Delete');
    expect(await admin.sees()).toEqual([422, `Delete Dan ${family}`]);
    expect(await admin.isCorrectedAt('Type the address of the person to delete')).not.toBe('');
    await admin.types('Type the address of the person to delete', email);
    await admin.presses('Delete');
    expect([admin.place, await admin.isTold()]).toEqual(['/admin/users', `Dan ${family} is deleted.`]);
    expect(await site.app.get(UsersService).findByEmail(email)).toBeNull();
    await admin.leaves();
  });

  it('an administrator makes a role, does not overwrite what somebody else has saved of it, and deletes it', async () => {
    const [name, roles] = [`Crew ${family}`, site.app.get(RolesService)];
    const admin = await sit(adminCookie);
    await admin.opens('/admin/roles');
    await admin.follows('New role');
    await admin.types('Name', name);
    await admin.ticks('See users');
    await admin.presses('Make the role');
    await admin.follows('Edit');
    await admin.types('Description', 'Mine');
    await admin.ticks('See roles');
    await admin.presses('Show what would change');
    expect((await roles.byName(name)).description).toBe('');
    const seen = await roles.byName(name);
    await roles.edit(operator, name, { ...seen, description: 'Theirs', base: versionOf(seen) });
    await admin.presses('Save the role');
    expect((await admin.sees())[0]).toBe(409);
    expect(await admin.reads()).toMatch(/Description \(differs\) ?Theirs ?Mine/);
    expect((await roles.byName(name)).description).toBe('Theirs');
    await admin.follows('Begin again with the role as it is now');
    await admin.types('Description', 'Of us both');
    await admin.presses('Show what would change');
    await admin.presses('Save the role');
    expect(await admin.isTold()).toBe(`The role ${name} is saved.`);
    expect(await roles.byName(name)).toMatchObject({ description: 'Of us both', permissions: ['users-read'] });
    await admin.presses('Delete');
    await admin.types('Type the name of the role to delete', 'Crew');
    await admin.presses(`Delete ${name}`);
    expect(await admin.isCorrectedAt('Type the name of the role to delete')).not.toBe('');
    await admin.types('Type the name of the role to delete', name);
    await admin.presses(`Delete ${name}`);
    expect([admin.place, await roles.find(name)]).toEqual(['/admin/roles', null]);
    await admin.leaves();
  });

  it('a person asks for a page that is closed to them, and may open it after an administrator has approved', async () => {
    const [email, admin] = [addressOf('eve'), await sit(adminCookie)];
    await account(email);
    const eve = await sit((await signedIn(email)).cookie);
    await eve.opens('/admin/audit');
    expect(await eve.sees()).toEqual([403, 'Access forbidden']);
    await eve.follows('Ask for access');
    await eve.types('Why you need it', 'I look after the accounts');
    await eve.presses('Ask for access');
    await admin.opens('/admin');
    await admin.follows('Requests');
    await admin.follows(`${email} asks for “Read the audit log”`);
    expect(await admin.reads()).toContain('I look after the accounts');
    await admin.dates('End date', '2099-01-31');
    await admin.presses('Show what it would give');
    expect(await admin.reads()).toContain('Auditor, until 31 January 2099, gives them');
    await admin.presses('Approve');
    expect(await admin.isTold()).toBe(
      `The request is approved: ${email} now has the role Auditor until 31 January 2099.`,
    );
    await eve.opens('/admin/audit');
    expect(await eve.sees()).toEqual([200, 'Audit log']);
    await eve.unfolds(`Menu of ${email}`);
    await eve.follows('Account');
    expect(await eve.reads()).toMatch(/Auditor until 31 January 2099/);
    await Promise.all([eve.leaves(), admin.leaves()]);
  });

  it('a person reads why what they asked for was declined', async () => {
    const [email, admin] = [addressOf('fay'), await sit(adminCookie)];
    await account(email);
    const fay = await sit((await signedIn(email)).cookie);
    await fay.opens('/admin/users');
    await fay.follows('Ask for access');
    await fay.types('Why you need it', 'I want to call everybody');
    await fay.presses('Ask for access');
    await admin.opens('/admin/requests');
    await admin.follows(`${email} asks for “See people”`);
    await admin.presses('Decline');
    expect(await admin.isCorrectedAt('A word to them')).not.toBe('');
    await admin.types('A word to them', 'Ask the office to call');
    await admin.presses('Decline');
    await fay.opens('/admin/users');
    expect(await fay.reads()).toContain('it was declined: Ask the office to call');
    await Promise.all([fay.leaves(), admin.leaves()]);
  });

  it('an administrator comes from the access map to the people of a route, to why, and to a person', async () => {
    const [email, admin] = [addressOf('gus'), await sit(adminCookie)];
    const id = await account(email, `Gus ${family}`);
    await site.app.get(UserGrants).give(operator, email, 'Auditor');
    await admin.opens('/admin/access');
    await admin.unfolds('Administration');
    await admin.follows('Download the audit log');
    await admin.follows(`Why? Gus ${family}`);
    expect(await admin.reads()).toContain(`Gus ${family} can download the audit log.`);
    await admin.follows('Their account');
    expect([admin.place, await admin.sees()]).toEqual([`/admin/users/${id}`, [200, `Gus ${family}`]]);
    await admin.leaves();
  });

  it('an administrator reads in the audit log what was done about one person', async () => {
    const [email, admin] = [addressOf('hal'), await sit(adminCookie)];
    const id = await account(email);
    await account(addressOf('hannah'));
    await site.app.get(UserGrants).give(operator, email, 'Auditor');
    await admin.opens(`/admin/users/${id}`);
    await admin.follows('All about them in the audit log');
    expect(await admin.readsIn('Person')).toBe(String(id));
    await admin.unfolds('made the account of');
    expect(await admin.reads()).toContain('user.create');
    await admin.chooses('What', 'Gave a role to …');
    await admin.presses('Show');
    const log = await admin.reads();
    expect([log.includes(email), log.includes('Auditor')]).toEqual([true, true]);
    expect(log).not.toContain('hannah');
    await admin.leaves();
  });
});
