import { UserGrants } from '../src/accounts/user-grants.service';
import { UsersService } from '../src/accounts/users.service';
import { operator } from '../src/audit/actor';
import { SignInEvents } from '../src/audit/sign-in-events';
import { AttemptLimits } from '../src/auth/attempt-limits';
import { PasswordChanges } from '../src/credentials/password-changes.service';
import { PasswordLinks } from '../src/credentials/password-links.service';
import { Passwords } from '../src/credentials/passwords';
import { hashOf } from '../src/sessions/session-store';
import { Sessions } from '../src/sessions/sessions.service';
import {
  appOwner,
  enter,
  fromElsewhere,
  halfwayIn as halfway,
  lastEventsOf,
  password,
  type AppOwner,
} from './support/app-owner';
import { recoveryCodesOn, secretOn, setUpApp } from './support/authenticator';
import { holder } from './support/holder';
import { Site } from './support/site';
import { StillClock } from './support/still-clock';

let site: Site;

beforeAll(async () => {
  site = await Site.start({ TRUST_PROXY: 'loopback' });
});
afterAll(() => site.stop());

const clock = new StillClock(() => site);
const { codeOf } = clock;

const somebody = () => holder(site, ['User'], { password });
const owner = () => appOwner(site, codeOf);
const halfwayIn = (email: string, more?: Record<string, string>) => halfway(site, email, more);
const sessionsOf = ({ id }: AppOwner) =>
  site.database.query<{ id: string; factor: string | null }>(`SELECT id, factor FROM sessions WHERE user_id = ${id}`);

describe('Signing in with a second factor', () => {
  it('asks for a code after the right password, and opens no session before', async () => {
    const it = await owner();
    const person = await halfwayIn(it.email);
    expect(person.cookie).toMatch(/^mfo-flow=[^;]*$/);
    expect(await person.isSignedIn()).toBe(false);
    expect(await person.get('/login/two-factor')).toMatchObject({ status: 200, h1: 'Enter your code' });
    expect(await enter(person, codeOf(it.secret))).toMatchObject({ status: 303, location: '/' });
    expect(await person.isSignedIn()).toBe(true);
    expect(person.cookie).not.toContain('mfo-flow');
    expect((await sessionsOf(it)).map(({ factor }) => factor)).toContain('app');
    expect((await person.get('/account')).body).toContain('with a code of the app');
  });

  it('goes on to where they wanted to, and remembers them if they asked for it', async () => {
    const it = await owner();
    const person = await halfwayIn(it.email, { next: '/account?x=1', remember: 'yes' });
    const page = await enter(person, codeOf(it.secret));
    expect(page).toMatchObject({ status: 303, location: '/account?x=1' });
    expect(page.headers.getSetCookie().find((line) => line.startsWith('mfo='))).toMatch(/Expires=/);
  });

  it('takes the code of before and after too, with blanks, and each once', async () => {
    const it = await owner();
    const code = codeOf(it.secret, 0);
    expect(await enter(await halfwayIn(it.email), `${code.slice(0, 3)} ${code.slice(3)}`)).toMatchObject({
      status: 303,
    });
    expect(await enter(await halfwayIn(it.email), codeOf(it.secret, 1))).toMatchObject({ status: 303 });
    for (const step of [-1, 0, 1])
      expect(await enter(await halfwayIn(it.email), codeOf(it.secret, step))).toMatchObject({ status: 401 });
  });

  it('refuses the code that set the app up', async () => {
    const { email, person } = await somebody();
    const secret = secretOn(await person.get('/account/two-factor'));
    const code = codeOf(secret);
    expect((await person.post('/account/two-factor', { code })).status).toBe(303);
    expect((await enter(await halfwayIn(email), code)).status).toBe(401);
  });

  it('answers a wrong code, a used one and a used recovery code alike, and lets them try again', async () => {
    const it = await owner();
    const [spare = ''] = it.recoveryCodes;
    expect((await enter(await halfwayIn(it.email), spare)).status).toBe(303);
    const person = await halfwayIn(it.email);
    const pages = [];
    for (const code of ['000000', codeOf(it.secret, -1), spare, 'aaaaaaaaaaaa']) pages.push(await enter(person, code));
    expect(new Set(pages.map(({ status, body }) => `${status} ${body}`)).size).toBe(1);
    expect(pages[0]).toMatchObject({ status: 401 });
    expect(pages[0]!.body).toContain('This code is not right');
    expect((await enter(person, codeOf(it.secret))).status).toBe(303);
  });

  it('takes each recovery code once, as it is typed from paper', async () => {
    const it = await owner();
    const [first = '', second = ''] = it.recoveryCodes;
    const typed = ` ${first.slice(0, 6).toUpperCase()}-${first.slice(6)} `;
    const person = await halfwayIn(it.email);
    expect((await enter(person, typed)).status).toBe(303);
    const { body } = await person.get('/account/two-factor');
    expect(body).toContain('You have 9 left.');
    expect(body).toContain('You used a recovery code. 9 are left.');
    expect(body).toContain('<a href="/account/two-factor#recovery">Make new ones</a>');
    expect((await sessionsOf(it)).map(({ factor }) => factor)).toContain('recovery code');
    expect((await enter(await halfwayIn(it.email), first)).status).toBe(401);
    expect((await enter(await halfwayIn(it.email), second)).status).toBe(303);
    const [event] = await lastEventsOf(site, it.id);
    expect(event).toEqual({ actor: `user ${it.id}`, action: 'user.use-recovery-code' });
  });

  it('takes no recovery code of somebody else', async () => {
    const [one, other] = [await owner(), await owner()];
    expect((await enter(await halfwayIn(one.email), other.recoveryCodes[0]!)).status).toBe(401);
    expect((await enter(await halfwayIn(other.email), other.recoveryCodes[0]!)).status).toBe(303);
  });

  it('is not reached without the right password', async () => {
    const it = await owner();
    for (const person of [site.visitor(), Object.assign(site.visitor(), { cookie: 'mfo-flow=made.up' })]) {
      expect(await person.get('/login/two-factor')).toMatchObject({ status: 303, location: '/login' });
      expect(await enter(person, codeOf(it.secret))).toMatchObject({ status: 303, location: '/login' });
      expect(await person.isSignedIn()).toBe(false);
    }
    const asked = await site.visitor().get('/login/two-factor', { accept: 'application/json' });
    expect(asked.status).toBe(401);
    expect((await site.visitor().signIn(it.email, 'a wrong password')).status).toBe(401);
  });

  it('asks for an empty code beside the field', async () => {
    const it = await owner();
    const person = await halfwayIn(it.email);
    for (const fields of [{}, { code: '' }, { code: 'x'.repeat(65) }]) {
      const page = await person.post('/login/two-factor', fields as Record<string, string>, fromElsewhere());
      expect(page.status).toBe(422);
      expect(page.body).toContain('id="code-error"');
    }
  });

  it('is asked for after a link that sets a password, which opens no session', async () => {
    const it = await owner();
    const link = await site.app.get(PasswordLinks).make(operator, it.id);
    const person = site.visitor();
    const chosen = 'a password they have chosen';
    const page = await person.post(new URL(link.address).pathname, { password: chosen, password_confirm: chosen });
    expect(page).toMatchObject({ status: 303, location: '/login/two-factor' });
    expect(await person.isSignedIn()).toBe(false);
    expect((await enter(person, codeOf(it.secret))).status).toBe(303);
    expect(await person.isSignedIn()).toBe(true);
  });

  it('is told in the sign-in history, and as signed in only at its end', async () => {
    const it = await owner();
    const person = await halfwayIn(it.email);
    await enter(person, '000000');
    await site.app.get(SignInEvents).flush();
    const count = async (kind: string) => {
      const where = `user_id = ${it.id} AND kind = '${kind}'`;
      const [row] = await site.database.query<{ n: number | null }>(
        `SELECT SUM(count) AS n FROM sign_in_events WHERE ${where}`,
      );
      return Number(row?.n);
    };
    const kinds = ['second factor asked', 'second factor refused', 'signed in'];
    // They had signed in before they set up their app.
    expect(await Promise.all(kinds.map(count))).toEqual([1, 1, 1]);
    await enter(person, codeOf(it.secret));
    await site.app.get(SignInEvents).flush();
    expect(await Promise.all(kinds.map(count))).toEqual([1, 1, 2]);
  });
});

describe('The way between the two steps', () => {
  const cookieOf = async (email: string) => (await halfwayIn(email)).cookie;
  const come = async (cookie: string, code: string) => enter(Object.assign(site.visitor(), { cookie }), code);

  it('ends after ten minutes', async () => {
    const it = await owner();
    const person = await halfwayIn(it.email);
    clock.goOn(10 * 60_000 + 1000);
    expect(await enter(person, codeOf(it.secret))).toMatchObject({ status: 303, location: '/login' });
    expect(await person.isSignedIn()).toBe(false);
  });

  it('leads nobody into another account: the code must be of whoever gave the password', async () => {
    const [thief, victim] = [await owner(), await owner()];
    expect((await come(await cookieOf(victim.email), codeOf(thief.secret))).status).toBe(401);
    expect((await come(await cookieOf(thief.email), codeOf(victim.secret))).status).toBe(401);
  });

  it.each([
    ['the password was changed', async ({ email }: AppOwner) => change(email)],
    ['the app was removed', async ({ person }: AppOwner) => person.post('/account/two-factor/remove')],
    ['recovery codes were renewed', async ({ person }: AppOwner) => person.post('/account/recovery-codes')],
    ['they were deactivated', async ({ email }: AppOwner) => site.app.get(UsersService).deactivate(operator, email)],
    ['they were deleted', async ({ email }: AppOwner) => site.app.get(UsersService).delete(operator, email)],
  ])('ends where %s meanwhile', async (_what, end) => {
    const it = await owner();
    const cookie = await cookieOf(it.email);
    await end(it);
    expect(await come(cookie, codeOf(it.secret))).toMatchObject({ status: 303, location: '/login' });
  });

  async function change(email: string): Promise<void> {
    const to = await site.app.get(Passwords).hash('another password of theirs');
    await site.app.get(PasswordChanges).changePassword(operator, email, { to });
  }

  it('is no state of another kind, and another kind is none of it', async () => {
    const it = await owner();
    const { person } = await somebody();
    const secret = secretOn(await person.get('/account/two-factor'));
    await person.post('/account/two-factor', { code: codeOf(secret) });
    const [ofCodes] = /mfo-flow=[^;]*/.exec(person.cookie) ?? [''];
    expect(await come(ofCodes, codeOf(it.secret))).toMatchObject({ status: 303, location: '/login' });
    const signedIn = Object.assign(site.visitor(), { cookie: `${it.person.cookie}; ${await cookieOf(it.email)}` });
    expect(recoveryCodesOn(await signedIn.get('/account/two-factor'))).toEqual([]);
  });

  it('shows recovery codes to nobody else, and names none of them', async () => {
    const { person } = await somebody();
    const secret = secretOn(await person.get('/account/two-factor'));
    await person.post('/account/two-factor', { code: codeOf(secret) });
    const [flow = ''] = /mfo-flow=[^;]*/.exec(person.cookie) ?? [];
    const readable = Buffer.from(flow.split('=')[1]!.split('.')[0]!, 'base64url').toString();
    const { person: other } = await somebody();
    other.cookie = `${other.cookie}; ${flow}`;
    expect(recoveryCodesOn(await other.get('/account/two-factor'))).toEqual([]);
    const codes = recoveryCodesOn(await person.get('/account/two-factor'));
    expect(codes).toHaveLength(10);
    for (const code of codes) expect(readable).not.toContain(code);
  });

  it('tells the browser nothing of the password or its hash', async () => {
    const it = await owner();
    const cookie = await cookieOf(it.email);
    const readable = Buffer.from(cookie.split('=')[1]!.split('.')[0]!, 'base64url').toString();
    const { passwordHash } = await site.app.get(UsersService).byEmail(it.email);
    for (const secret of [passwordHash, passwordHash.slice(-31), password, it.secret, it.email])
      expect(readable).not.toContain(secret);
  });
});

describe('No session opens around the second factor:', () => {
  let made = 0;
  const row = (userId: number) => ({
    ...{ userId, id: hashOf(`session ${++made}`), data: '{}', remember: false, ip: null, agent: null },
    ...{ createdAt: Date.now(), seenAt: Date.now(), provedAt: Date.now(), expiresAt: Date.now() + 3_600_000 },
  });

  it('the transaction itself refuses a proof that lacks it, or is of factors from before', async () => {
    const sessions = site.app.get(Sessions);
    const it = await owner();
    const { passwordHash: verifiedHash, factorsVersion } = await site.app.get(UsersService).byEmail(it.email);
    expect(await sessions.open(row(it.id), { verifiedHash, factors: null })).toBe('refused');
    const made = { factors: 'made up', factor: 'app' as const };
    expect(await sessions.open(row(it.id), { verifiedHash, ...made })).toBe('refused');
    expect(await sessions.open(row(it.id), { verifiedHash, factors: factorsVersion!, factor: 'app' })).toBe('opened');
    expect(await sessions.open(row(it.id), { factors: factorsVersion!, factor: 'app' })).toBe('opened');
  });

  it('an account without one refuses a proof by one', async () => {
    const { email } = await somebody();
    const { id, passwordHash: verifiedHash } = await site.app.get(UsersService).byEmail(email);
    const open = site.app.get(Sessions).open(row(id), { verifiedHash, factors: '', factor: 'app' });
    expect(await open).toBe('refused');
  });

  it('a sign-in that is under way when the factor is set up', async () => {
    const { email, person } = await somebody();
    const sessions = site.app.get(Sessions);
    const open = sessions.open.bind(sessions);
    jest.spyOn(sessions, 'open').mockImplementationOnce(async (...all) => {
      await setUpApp(person, codeOf);
      return open(...all);
    });
    const late = site.visitor();
    expect((await late.signIn(email, password)).status).toBe(401);
    expect(await late.isSignedIn()).toBe(false);
  });
});

describe('Guessing codes', () => {
  it('is limited for an account from one network and over all, and a right code doesn’t count then', async () => {
    const it = await owner();
    const person = await halfwayIn(it.email);
    const here = { 'x-forwarded-for': '10.8.1.1' };
    const guess = (code: string, headers = here) => person.post('/login/two-factor', { code }, headers);
    for (let i = 0; i < 5; i++) expect((await guess('000000')).status).toBe(401);
    const page = await guess(codeOf(it.secret));
    expect(page.status).toBe(429);
    expect(Number(page.headers.get('retry-after'))).toBeLessThanOrEqual(900);
    expect((await guess(codeOf(it.secret), { 'x-forwarded-for': '10.8.2.1' })).status).toBe(303);
  });

  it('is limited to fewer than a hundred codes of an app in any 24 hours, of which two windows meet at most, while recovery codes go on', async () => {
    const it = await owner();
    const limits = site.app.get(AttemptLimits);
    const anHourLater = () =>
      site.database.change("DELETE FROM rate_limits WHERE name LIKE 'code-account%' AND name NOT LIKE '%-day:%'");
    for (let i = 0; i < 49; i++) {
      if (i % 20 === 0) await anHourLater();
      await limits.beginCode(it.id, `10.11.${i}.1`);
    }
    await anHourLater();
    const person = await halfwayIn(it.email);
    const page = await enter(person, codeOf(it.secret));
    expect(page.status).toBe(429);
    expect(page.body).toContain('Use a recovery code or a passkey');
    expect(Number(page.headers.get('retry-after'))).toBeGreaterThan(23 * 3600);
    expect((await enter(person, it.recoveryCodes[0]!)).status).toBe(303);
  });

  it('is told to the owner at the first wrong code of a day', async () => {
    const it = await owner();
    const told = () =>
      site.database.query(`SELECT 1 FROM account_notices WHERE user_id = ${it.id} AND event = 'wrong second factor'`);
    const thief = await halfwayIn(it.email);
    expect(await told()).toHaveLength(0);
    for (let i = 0; i < 3; i++) await enter(thief, '000000');
    expect(await told()).toHaveLength(1);
    clock.goOn(24 * 60 * 60_000 + 1000);
    const again = await halfwayIn(it.email);
    await enter(again, '000000');
    expect(await told()).toHaveLength(2);
  });

  it('keeps its owner out no longer than an hour, and never with a recovery code', async () => {
    const it = await owner();
    const thief = await halfwayIn(it.email);
    let guesses = 0;
    for (let network = 1; network < 30; network++)
      for (let i = 0; i < 5; i++) {
        const headers = { 'x-forwarded-for': `10.9.${network}.1` };
        if ((await thief.post('/login/two-factor', { code: '000000' }, headers)).status === 401) guesses++;
      }
    expect(guesses).toBe(20);
    const person = await halfwayIn(it.email);
    const locked = await enter(person, codeOf(it.secret));
    expect(locked.status).toBe(429);
    expect(Number(locked.headers.get('retry-after'))).toBeLessThanOrEqual(3600);
    expect((await enter(person, it.recoveryCodes[0]!)).status).toBe(303);
  });
});

describe('A fresh proof', () => {
  it('takes the second factor too, once there is one', async () => {
    const it = await owner();
    const verify = (fields: Record<string, string>) =>
      it.person.post('/verify', { next: '/account', ...fields }, fromElsewhere());
    expect((await it.person.get('/verify')).body).toContain('name="code"');
    expect(await verify({ password })).toMatchObject({ status: 422 });
    expect(await verify({ password, code: '000000' })).toMatchObject({ status: 401 });
    expect(await verify({ password: 'a wrong one', code: codeOf(it.secret) })).toMatchObject({ status: 401 });
    const code = codeOf(it.secret);
    expect(await verify({ password, code })).toMatchObject({ status: 303, location: '/account' });
    expect(await verify({ password, code })).toMatchObject({ status: 401 });
    expect(await verify({ password, code: it.recoveryCodes[0]! })).toMatchObject({ status: 303 });
  });
});

describe('Whoever signs in by a role', () => {
  it('given meanwhile passes the second step all the same', async () => {
    const it = await owner();
    const person = await halfwayIn(it.email);
    await site.app.get(UserGrants).give(operator, it.email, 'Admin');
    expect((await enter(person, codeOf(it.secret))).status).toBe(303);
    expect((await person.get('/admin')).status).toBe(200);
  });
});
