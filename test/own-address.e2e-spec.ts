import { UserGrants } from '../src/accounts/user-grants.service';
import { UserRenames } from '../src/accounts/user-renames.service';
import { UsersService } from '../src/accounts/users.service';
import { operator } from '../src/audit/actor';
import { Clock } from '../src/config/clock';
import { PasswordChanges } from '../src/credentials/password-changes.service';
import { Passwords } from '../src/credentials/passwords';
import { Housekeeping } from '../src/database/housekeeping';
import { Sessions } from '../src/sessions/sessions.service';
import { isIdle, seen } from './support/mail-flows';
import { MailServer } from './support/mail-server';
import type { Person } from './support/person';
import { Site } from './support/site';
import { until } from './support/until';
import { holder, type Holder } from './support/holder';

const password = 'a password of a user';
const DAY = 24 * 60 * 60_000;

let server: MailServer;
let site: Site;

beforeAll(async () => {
  server = await MailServer.start();
  site = await Site.start({ MAIL_URL: server.url });
});
afterEach(() => jest.restoreAllMocks());
afterAll(async () => {
  await site.stop();
  server.stop();
});

const somebody = () => holder(site, ['User'], { name: 'Henrik', password });

const later = (ms: number) => jest.spyOn(site.app.get(Clock), 'now').mockReturnValue(new Date(Date.now() + ms));
const emailOf = async (id: number) => (await site.app.get(UsersService).findById(id))!.email;
const changed = async (person: Person, email: string) => {
  const answer = await person.post('/account/email', { email });
  expect([answer.status, answer.location]).toEqual([303, '/account/email']);
};

/** @returns the ways to confirm it and to undo it */
async function asked({ person, email }: Holder, to: string, count = 1): Promise<{ confirm: string; undo: string }> {
  await changed(person, to);
  return {
    confirm: await server.pathTo(to, '/confirm-email/'),
    undo: await server.pathTo(email, '/undo-email/', count),
  };
}

async function moved(owner: Holder, to: string): Promise<{ confirm: string; undo: string }> {
  const ways = await asked(owner, to);
  expect((await site.visitor().post(ways.confirm)).status).toBe(303);
  return ways;
}

describe('Somebody changes their own name', () => {
  it('and is told; a name that nobody may have is refused beside its field', async () => {
    const { id, email, person } = await somebody();
    expect((await person.get('/account/profile')).body).toContain('value="Henrik"');
    const answer = await person.post('/account/profile', { name: 'Harald' });
    expect([answer.status, answer.location]).toEqual([303, '/account']);
    expect((await person.get('/account')).body).toContain('Harald');
    expect((await server.mailTo(email)).subject).toContain('Your name was changed');
    const refused = await person.post('/account/profile', { name: 'Har\u202eald' });
    expect(refused.status).toBe(422);
    expect(refused.body).toContain('id="name-error"');
    const events = await site.database.query<{ actor: string }>(
      `SELECT actor FROM audit_events WHERE action = 'user.rename' AND subject = 'user ${id}'`,
    );
    expect(events).toEqual([{ actor: `user ${id}` }]);
    const history = (await person.get(`/users/${id}/history`)).body;
    expect([history.includes('Henrik'), history.includes('Harald changed what their own account is called')]).toEqual([
      true,
      true,
    ]);
  });
});

describe('Somebody changes their own address', () => {
  it('which is the new one once it is confirmed by a POST, and signs in', async () => {
    const owner = await somebody();
    const { confirm } = await asked(owner, 'moved@example.org');
    expect((await owner.person.get('/account/email')).body).toContain('moved@example.org');
    const page = await site.visitor().get(confirm);
    expect([page.status, page.h1]).toEqual([200, 'Confirm your address']);
    expect(await emailOf(owner.id)).toBe(owner.email);
    const answer = await site.visitor().post(confirm);
    expect([answer.status, answer.location]).toEqual([303, '/login']);
    expect(await emailOf(owner.id)).toBe('moved@example.org');
    expect((await site.app.get(UsersService).findById(owner.id))!.emailConfirmedAt).not.toBeNull();
    expect((await site.visitor().signIn('moved@example.org', password)).status).toBe(303);
    expect((await site.visitor().post(confirm)).status).toBe(410);
    expect((await owner.person.get('/account')).status).toBe(200);
    const [old, fresh] = [await server.mailTo(owner.email, 1, '/not-me/'), await server.mailTo('moved@example.org', 2)];
    expect([old.subject, fresh.subject].every((subject) => subject?.includes('Your address was changed'))).toBe(true);
    expect(fresh.text).not.toContain('/not-me/');
  });

  it('only with a fresh proof, and to one that is another', async () => {
    const owner = await somebody();
    const same = await owner.person.post('/account/email', { email: owner.email.toUpperCase() });
    expect([same.status, same.body.includes('This is your address already.')]).toEqual([422, true]);
    expect((await owner.person.post('/account/email', { email: 'nothing' })).status).toBe(422);
    later(16 * 60_000);
    expect((await owner.person.get('/account/email')).location).toMatch(/^\/verify/);
    await owner.person.post('/account/email', { email: 'stale@example.org' });
    expect(server.mailsTo('stale@example.org')).toEqual([]);
  });

  it('without learning whether somebody has it, who is told', async () => {
    const [one, other] = [await somebody(), await somebody()];
    const free = await one.person.post('/account/email', { email: 'free7@example.org' });
    await server.mailTo(one.email, 1, '/undo-email/');
    const taken = await one.person.post('/account/email', { email: other.email });
    expect(seen(taken)).toEqual(seen(free));
    expect((await server.mailTo(other.email)).subject).toContain('Somebody tried to use your address');
    await server.mailTo(one.email, 2, '/undo-email/');
    await until(() => isIdle(site));
    expect(server.mailsTo(other.email, '/confirm-email/')).toEqual([]);
    const page = (await one.person.get('/account/email')).body;
    expect(page).toContain(other.email);
  });

  it('at most five times an hour', async () => {
    const { person } = await somebody();
    for (let i = 0; i < 5; i++) await changed(person, `often${i}@example.org`);
    expect((await person.post('/account/email', { email: 'often6@example.org' })).status).toBe(429);
  });

  it.each<[string, (owner: Holder) => Promise<unknown>]>([
    ['two days have passed', () => Promise.resolve(later(2 * DAY))],
    ['another one was asked for', ({ person }) => changed(person, 'instead@example.org')],
    [
      'the password was changed',
      async ({ email }) =>
        site.app
          .get(PasswordChanges)
          .changePassword(operator, email, { to: await site.app.get(Passwords).hash('quite another one') }),
    ],
    ['an administrator signed them out', ({ id }) => site.app.get(Sessions).end(operator, id)],
    [
      'an administrator changed the address',
      ({ id, email }) => site.app.get(UserRenames).rename(operator, email, { email: `corrected${id}@example.org` }),
    ],
    ['they were deactivated', ({ email }) => site.app.get(UsersService).deactivate(operator, email)],
  ])('not any more when %s', async (_when, happen) => {
    const owner = await somebody();
    const { confirm } = await asked(owner, `late${owner.id}@example.org`);
    await happen(owner);
    expect((await site.visitor().get(confirm)).status).toBe(410);
    expect((await site.visitor().post(confirm)).status).toBe(410);
    expect(await emailOf(owner.id)).not.toBe(`late${owner.id}@example.org`);
  });

  it('not to one that somebody took meanwhile', async () => {
    const owner = await somebody();
    const { confirm } = await asked(owner, 'wanted@example.org');
    const user = { email: 'wanted@example.org', name: '', passwordHash: 'x', active: true, roles: [] };
    await site.app.get(UsersService).create(operator, user);
    expect((await site.visitor().post(confirm)).status).toBe(409);
    expect(await emailOf(owner.id)).toBe(owner.email);
  });

  it('by links that are good for nothing else', async () => {
    const [one, other] = [await somebody(), await somebody()];
    const ways = await asked(one, 'swapped1@example.org');
    const others = await asked(other, 'swapped2@example.org');
    const token = (path: string) => path.split('/').at(-1)!;
    const mixed = `${token(ways.confirm).split('.')[0]}.${token(others.confirm).split('.')[1]}`;
    for (const path of [
      `/undo-email/${token(ways.confirm)}`,
      `/confirm-email/${token(ways.undo)}`,
      `/not-me/${token(ways.undo)}`,
      `/confirm-email/${mixed}`,
      `/confirm-email/x`,
    ])
      for (const method of ['GET', 'POST'])
        expect([path, (await site.visitor().send(method, path)).status]).toEqual([path, 410]);
    expect(await emailOf(one.id)).toBe(one.email);
  });

  it('by links of APP_URL alone', async () => {
    const owner = await somebody();
    await owner.person.send('POST', '/account/email', {
      body: new URLSearchParams({ email: 'host7@example.org' }),
      headers: { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' },
    });
    expect((await server.mailTo('host7@example.org')).raw).not.toContain('evil.example');
    expect((await server.mailTo(owner.email)).raw).not.toContain('evil.example');
  });
});

describe('The owner of the old address undoes the change', () => {
  it('before it is confirmed, which ends it, and every session', async () => {
    const owner = await somebody();
    const { confirm, undo } = await asked(owner, 'undone1@example.org');
    expect((await site.visitor().get(undo)).status).toBe(200);
    expect((await site.visitor().get(confirm)).status).toBe(200);
    const answer = await site.visitor().post(undo);
    expect([answer.status, answer.location]).toEqual([303, '/login']);
    expect((await site.visitor().post(confirm)).status).toBe(410);
    expect((await owner.person.get('/account')).status).toBe(303);
    expect((await site.visitor().post(undo)).status).toBe(410);
  });

  it('after it, and for three days from then', async () => {
    const [one, other] = [await somebody(), await somebody()];
    const { undo } = await moved(one, 'undone2@example.org');
    const tooLate = await moved(other, 'undone3@example.org');
    expect((await site.visitor().post(undo)).status).toBe(303);
    expect(await emailOf(one.id)).toBe(one.email);
    expect((await one.person.get('/account')).status).toBe(303);
    expect((await server.mailTo(one.email, 2, '/not-me/')).subject).toContain(
      'A change of your address was taken back',
    );
    expect(server.mailsTo('undone2@example.org', 'taken back')).toEqual([]);
    expect(server.mailsTo('undone2@example.org', '/not-me/')).toEqual([]);
    later(3 * DAY);
    expect((await site.visitor().post(tooLate.undo)).status).toBe(410);
    expect(await emailOf(other.id)).toBe('undone3@example.org');
    await site.app.get(Housekeeping).sweep();
    expect(await site.database.query(`SELECT id FROM email_changes WHERE user_id = ${other.id}`)).toEqual([]);
  });

  it('however often whoever was in the account has changed it again, who can’t undo that', async () => {
    const owner = await somebody();
    const first = await moved(owner, 'evil1@example.org');
    const second = await moved({ ...owner, email: 'evil1@example.org' }, 'evil2@example.org');
    const third = await asked({ ...owner, email: 'evil2@example.org' }, 'evil3@example.org');
    expect((await site.visitor().post(first.undo)).status).toBe(303);
    expect(await emailOf(owner.id)).toBe(owner.email);
    for (const path of [second.undo, third.undo, third.confirm])
      expect((await site.visitor().post(path)).status).toBe(410);
    expect(await emailOf(owner.id)).toBe(owner.email);
  });

  it('and until then nobody else can take it', async () => {
    const owner = await somebody();
    await moved(owner, 'reserved1@example.org');
    const user = { email: owner.email, name: '', passwordHash: 'x', active: true, roles: [] };
    await expect(site.app.get(UsersService).create(operator, user)).rejects.toThrow('already');
    const other = await somebody();
    await expect(site.app.get(UserRenames).rename(operator, other.email, { email: owner.email })).rejects.toThrow();
    later(3 * DAY);
    await site.app.get(UsersService).create(operator, user);
  });

  it('not where an administrator has changed it since', async () => {
    const owner = await somebody();
    const { undo } = await moved(owner, 'left@example.org');
    await site.app.get(UserRenames).rename(operator, 'left@example.org', { email: 'given@example.org' });
    expect((await site.visitor().post(undo)).status).toBe(410);
    expect(await emailOf(owner.id)).toBe('given@example.org');
  });
});

describe('An administrator', () => {
  it('corrects the name and the address of a person, which is not confirmed then', async () => {
    const [admin, person] = [await site.admin(), await somebody()];
    const path = `/admin/users/${person.id}/profile`;
    expect((await admin.get(path)).body).toContain(`value="${person.email}"`);
    const answer = await admin.post(path, { name: 'Hedda', email: 'corrected@example.org' });
    expect([answer.status, answer.location]).toEqual([303, `/admin/users/${person.id}`]);
    const user = (await site.app.get(UsersService).findById(person.id))!;
    expect([user.name, user.email, user.emailConfirmedAt]).toEqual(['Hedda', 'corrected@example.org', null]);
    for (const address of [person.email, 'corrected@example.org'])
      expect((await server.mailTo(address)).subject).toContain('Your address and your name were changed');
    const other = await somebody();
    const taken = await admin.post(path, { name: 'Hedda', email: other.email });
    expect([taken.status, taken.body.includes('id="email-error"')]).toEqual([422, true]);
  });

  it('changes neither whoever holds more than they do, nor their own address', async () => {
    const [above, person] = [await somebody(), await somebody()];
    await site.app.get(UserGrants).give(operator, above.email, 'Admin');
    const helper = await site.as('Admin');
    const { id } = (await site.database.query<{ id: number }>('SELECT MAX(id) AS id FROM users'))[0]!;
    const own = await helper.post(`/admin/users/${id}/profile`, { name: '', email: 'mine@example.org' });
    expect(own.status).toBe(403);
    expect(
      (await person.person.post(`/admin/users/${above.id}/profile`, { name: '', email: above.email })).status,
    ).toBe(403);
  });
});
