import { UserGrants } from '../src/accounts/user-grants.service';
import { UserRenames } from '../src/accounts/user-renames.service';
import { UsersService } from '../src/accounts/users.service';
import { operator } from '../src/audit/actor';
import { Clock } from '../src/config/clock';
import { Passwords } from '../src/credentials/passwords';
import { MailPace } from '../src/mail/mail-pace';
import { codeAt, setUpApp } from './support/authenticator';
import { MailServer } from './support/mail-server';
import type { Person } from './support/person';
import { Site } from './support/site';
import { SoftwarePasskey } from './support/software-passkey';

const APP_URL = 'http://localhost:3000';
const strangers = 'the password of a stranger';
const owners = 'three unrelated words';
const visitor = { kind: 'visitor', ip: '', requestId: '' } as const;
const secondStep = '/login/two-factor';
const removal = '/login/two-factor/remove';

let server: MailServer;
let site: Site;
beforeAll(async () => {
  server = await MailServer.start();
  site = await Site.start({ APP_URL, MAIL_URL: server.url });
  Object.assign(site.app.get(MailPace), { look: 50 });
});
afterEach(() => jest.restoreAllMocks());
afterAll(async () => {
  await site.stop();
  server.stop();
});

interface Planted {
  id: number;
  email: string;
  secret: string;
  recoveryCodes: string[];
  passkey: SoftwarePasskey;
}

/** Somebody registered with this address while the site sent no mails, and set up an app and a passkey. */
async function planted(email: string): Promise<Planted> {
  const passwordHash = await site.app.get(Passwords).hash(strangers);
  const { id } = await site.app.get(UsersService).register(visitor, { email, name: '', passwordHash });
  const stranger = site.visitor();
  expect((await stranger.signIn(email, strangers)).status).toBe(303);
  const app = await setUpApp(stranger);
  const passkey = new SoftwarePasskey(APP_URL);
  expect((await passkey.addTo(stranger)).status).toBe(303);
  return { id, email, passkey, ...app };
}

const byPasskey = async ({ passkey }: Planted) => (await passkey.signIn(site.visitor())).status;

/** The owner of the mailbox has forgotten a password that they never had. */
async function recovering({ email }: Planted): Promise<Person> {
  const before = server.mailsTo(email, '/welcome/').length;
  await site.visitor().post('/forgot-password', { email });
  const owner = site.visitor();
  await owner.get(await server.pathTo(email, '/welcome/', before + 1));
  const answer = await owner.post('/welcome/password', { password: owners, password_confirm: owners });
  expect([answer.status, answer.location]).toEqual([303, secondStep]);
  return owner;
}

const isProven = async ({ email }: Planted) =>
  (await site.app.get(UsersService).byEmail(email)).emailConfirmedAt !== null;
const offersRemoval = async (person: Person) => (await person.get(secondStep)).body.includes(`action="${removal}"`);

describe('Second factors from before anybody had proven the address', () => {
  it('are removed by the owner of the mailbox, who recovers the account: nothing that was left there lets in', async () => {
    const trojan = await planted('victim@example.org');
    expect(await byPasskey(trojan)).toBe(303);
    const owner = await recovering(trojan);
    expect([await owner.isSignedIn(), await isProven(trojan), await offersRemoval(owner)]).toEqual([
      false,
      false,
      true,
    ]);
    expect(await owner.post(removal)).toMatchObject({ status: 303, location: '/' });
    expect([await owner.isSignedIn(), await isProven(trojan)]).toEqual([true, true]);
    expect(await byPasskey(trojan)).toBe(401);
    const again = site.visitor();
    expect((await again.signIn(trojan.email, owners)).location).toBe('/');
    expect((await site.visitor().signIn(trojan.email, strangers)).status).toBe(401);
    const told = await owner.get('/account/activity');
    expect(told.body).toContain('second factors that were set up before your address was confirmed were removed');
    expect((await server.mailTo(trojan.email, 1, 'before your address was confirmed')).subject).toBe(
      'The second factors that were set up before your address was confirmed were removed – Music Festival Organizer',
    );
  });

  it('can be removed another day, as long as nobody has shown one', async () => {
    const trojan = await planted('later@example.org');
    await recovering(trojan);
    const owner = await recovering(trojan);
    expect((await owner.post(removal)).status).toBe(303);
    expect(await owner.isSignedIn()).toBe(true);
  });

  it('stay with who shows one, and from then on the address is proven: nobody removes them by a link any more', async () => {
    const theirs = await planted('careful@example.org');
    const owner = await recovering(theirs);
    expect((await owner.post(secondStep, { code: theirs.recoveryCodes[0]! })).status).toBe(303);
    expect([await owner.isSignedIn(), await isProven(theirs)]).toEqual([true, true]);
    const thief = await recovering(theirs);
    expect(await offersRemoval(thief)).toBe(false);
    expect(await thief.post(removal)).toMatchObject({ status: 303, location: '/login' });
    expect(await thief.isSignedIn()).toBe(false);
    expect(await byPasskey(theirs)).toBe(303);
  });

  it('stay with who shows the passkey too', async () => {
    const theirs = await planted('key@example.org');
    const owner = await recovering(theirs);
    const answer = await theirs.passkey.signIn(owner);
    expect([answer.status, await owner.isSignedIn(), await isProven(theirs)]).toEqual([303, true, true]);
  });

  it('are offered for removal after a wrong code too, and not to who only knows the password', async () => {
    const trojan = await planted('typing@example.org');
    const thief = site.visitor();
    expect((await thief.signIn(trojan.email, strangers)).location).toBe(secondStep);
    expect(await offersRemoval(thief)).toBe(false);
    expect(await thief.post(removal)).toMatchObject({ status: 303, location: '/login' });
    const owner = await recovering(trojan);
    const page = await owner.post(secondStep, { code: '000000' });
    expect([page.status, page.body.includes(`action="${removal}"`)]).toEqual([401, true]);
    expect((await site.visitor().post(removal)).location).toBe('/login');
  });

  it('are removed once: the same step sent again, or at the same moment, signs nobody in', async () => {
    const trojan = await planted('twice@example.org');
    const owner = await recovering(trojan);
    const copies = [0, 1, 2].map(() => Object.assign(site.visitor(), { cookie: owner.cookie }));
    const answers = await Promise.all(copies.slice(0, 2).map((copy) => copy.post(removal)));
    expect(answers.map(({ location }) => location).sort()).toEqual(['/', '/login']);
    expect((await copies[2]!.post(removal)).location).toBe('/login');
    expect(await copies[2]!.isSignedIn()).toBe(false);
  });

  it('stay where the time of the step is over, or the account has another address by now', async () => {
    const trojan = await planted('slow@example.org');
    const owner = await recovering(trojan);
    const late = new Date(Date.now() + 11 * 60_000);
    const clock = jest.spyOn(site.app.get(Clock), 'now').mockImplementation(() => late);
    expect((await owner.post(removal)).location).toBe('/login');
    clock.mockRestore();
    const moved = await recovering(trojan);
    await site.app.get(UserRenames).rename(operator, trojan.email, { email: 'moved@example.org' });
    expect((await moved.post(removal)).location).toBe('/login');
    expect([await moved.isSignedIn(), await byPasskey(trojan)]).toEqual([false, 303]);
  });

  it('are removed too where the stranger moved the account to an address of theirs, and its owner took that back', async () => {
    const trojan = await planted('moved-away@example.org');
    const stranger = site.visitor();
    await stranger.signIn(trojan.email, strangers);
    await stranger.post(secondStep, { code: trojan.recoveryCodes[0]! });
    await stranger.post('/account/email', { email: 'strangers@example.org' });
    expect((await stranger.post(await server.pathTo('strangers@example.org', '/confirm-email/'))).status).toBe(303);
    expect((await site.visitor().post(await server.pathTo(trojan.email, '/undo-email/'))).status).toBe(303);
    const owner = await recovering(trojan);
    expect([await offersRemoval(owner), (await owner.post(removal)).location]).toEqual([true, '/']);
    expect([await isProven(trojan), await byPasskey(trojan)]).toEqual([true, 401]);
  });

  it('stay where an administrator gave the account another address: those of the one before may have been proven', async () => {
    const theirs = await planted('proven@example.org');
    const owner = await recovering(theirs);
    await owner.post(secondStep, { code: theirs.recoveryCodes[0]! });
    expect(await isProven(theirs)).toBe(true);
    await site.app.get(UserRenames).rename(operator, theirs.email, { email: 'mistyped@example.org' });
    const stranger = await recovering({ ...theirs, email: 'mistyped@example.org' });
    expect(await offersRemoval(stranger)).toBe(false);
    expect((await stranger.post(removal)).status).toBe(403);
    expect([await stranger.isSignedIn(), await byPasskey(theirs)]).toEqual([false, 303]);
  });

  it('stay where somebody gave the account more than everybody has: an administrator removes them', async () => {
    const vouched = await planted('vouched@example.org');
    await site.app.get(UserGrants).give(operator, vouched.email, 'Admin');
    const owner = await recovering(vouched);
    const page = await owner.get(secondStep);
    expect([await offersRemoval(owner), page.body.includes('Ask an administrator')]).toEqual([false, true]);
    expect((await owner.post(removal)).status).toBe(403);
    expect([await owner.isSignedIn(), await isProven(vouched)]).toEqual([false, false]);
    const code = codeAt(vouched.secret, 1);
    expect((await owner.post(secondStep, { code })).status).toBe(303);
    expect(await isProven(vouched)).toBe(true);
  });
});
