import { UsersService } from '../src/accounts/users.service';
import { SignInEvents } from '../src/audit/sign-in-events';
import { Database } from '../src/database/database';
import { MailPace } from '../src/mail/mail-pace';
import { codeAt, setUpApp } from './support/authenticator';
import { linesOf } from './support/lines-of';
import { linkIn, MailServer } from './support/mail-server';
import type { Person } from './support/person';
import { Site, superuser } from './support/site';
import { until } from './support/until';

const email = 'owner@example.org';
const passwords = [
  'the first password of an owner',
  'the second password of theirs',
  'a third one, by a link',
] as const;

interface Answer {
  path: string;
  /** Without the cookies, which are for the browser that gets them. */
  headers: string;
  body: string;
}

describe('Whatever people do about their accounts', () => {
  let server: MailServer;
  let site: Site;
  const answers: Answer[] = [];
  const tokens: string[] = [];
  let secret: string;
  let recoveryCodes: string[];
  let lines: string[];
  let stored: string;

  beforeAll(async () => {
    server = await MailServer.start();
    site = await Site.start({ MAIL_URL: server.url, LOG_LEVEL: 'debug' });
    Object.assign(site.app.get(MailPace), { look: 50 });
    noteAnswers();
    lines = await linesOf(async () => {
      await liveThroughEverything();
      await site.app.get(SignInEvents).flush();
    });
    stored = JSON.stringify(await everyRow());
  });
  afterAll(async () => {
    jest.restoreAllMocks();
    await site.stop();
    server.stop();
  });

  function noteAnswers(): void {
    const real = fetch;
    jest.spyOn(globalThis, 'fetch').mockImplementation(async (...asked) => {
      const response = await real(...asked);
      const copy = response.clone();
      const headers = [...copy.headers].filter(([name]) => name !== 'set-cookie');
      const path = new URL(response.url).pathname;
      answers.push({ path, headers: JSON.stringify(headers), body: await copy.text() });
      return response;
    });
  }

  async function liveThroughEverything(): Promise<void> {
    await register();
    const owner = site.visitor();
    await owner.signIn(email, passwords[0]);
    ({ secret, recoveryCodes } = await setUpApp(owner));
    await owner.post('/account/password', { password: passwords[1], password_confirm: passwords[1] });
    await owner.post('/account/password', { password: passwords[1], password_confirm: 'something else' });
    await owner.post('/verify?then=%2Faccount%2Fpassword', { password: 'a wrong password', colour: 'red' });
    await owner.post('/account/email', { email: 'new-owner@example.org' });
    await owner.post('/account/profile', { name: 'Olga Owner' });
    for (const path of ['/account', '/account/activity', '/account/two-factor', '/account/passkeys'])
      await owner.get(path);
    await owner.post('/logout');
    await signInWithCodes();
    await recover();
    await lookAtEverything(await site.admin());
  }

  async function register(): Promise<void> {
    await site.visitor().register(email, passwords[0]);
    const token = await tokenIn('/confirm-email/');
    const opener = site.visitor();
    await opener.get(`/confirm-email/${token}`);
    await opener.post(`/confirm-email/${token}`, { password: passwords[0] });
    if (!(await site.app.get(UsersService).findByEmail(email))) throw new Error('The address was not confirmed.');
  }

  async function signInWithCodes(): Promise<void> {
    const person = site.visitor();
    for (const code of ['000000', recoveryCodes[0]!]) {
      await person.signIn(email, passwords[1]);
      await person.post('/login/two-factor', { code });
    }
    expect((await person.get('/account')).status).toBe(200);
  }

  async function recover(): Promise<void> {
    await site.visitor().post('/forgot-password', { email });
    const token = await tokenIn('/welcome/');
    const person = site.visitor();
    await person.get(`/welcome/${token}`);
    await person.get('/welcome/password');
    const chosen = { password: passwords[2], password_confirm: passwords[2] };
    const set = await person.post('/welcome/password', chosen);
    expect(set.location).toBe('/login/two-factor');
    await person.post('/login/two-factor', { code: codeAt(secret, 1) });
    await person.get(`/not-me/${await tokenIn('/not-me/')}`);
  }

  async function lookAtEverything(admin: Person): Promise<void> {
    const { id } = await site.app.get(UsersService).byEmail(email);
    const pages = [
      '/admin',
      '/admin/users',
      `/admin/users/${id}`,
      '/admin/users/export',
      '/admin/audit',
      '/admin/mail',
    ];
    for (const page of [
      ...pages,
      '/admin/audit/export?format=json',
      '/admin/audit/export?format=csv',
      '/admin/search?q=owner',
    ])
      await admin.get(page);
  }

  async function tokenIn(path: string): Promise<string> {
    await until(() => Promise.resolve(server.mailsTo(email, path).length > 0));
    const token = new URL(linkIn(server.mailsTo(email, path).at(-1)!, path)).pathname.split('/').at(-1)!;
    tokens.push(token);
    return token;
  }

  async function everyRow(): Promise<unknown[]> {
    const { read } = site.app.get(Database);
    const tables = read.connection.entityMetadatas.map(({ tableName }) => tableName);
    return Promise.all(tables.map(async (table) => [table, await read.query<unknown[]>(`SELECT * FROM ${table}`)]));
  }

  const typed = () => [...passwords, superuser.password, 'a wrong password', 'something else'];
  /** As it is shown and as it is typed. */
  const codes = () => recoveryCodes.flatMap((code) => [code, code.replace(/[^\w]/g, '')]);
  const found = (text: string, secrets: readonly string[]) => secrets.filter((one) => text.includes(one));

  it('leaves no password, key, code or token in the database', () => {
    expect(found(stored, [...typed(), secret, ...codes(), ...tokens])).toEqual([]);
  });

  it('leaves none of them, and no hash, in the log', async () => {
    const { passwordHash } = await site.app.get(UsersService).byEmail(email);
    const log = lines.join('\n');
    expect(lines.length).toBeGreaterThan(0);
    expect(found(log, [...typed(), secret, ...codes(), ...tokens, passwordHash])).toEqual([]);
  });

  it('shows a key and codes once, where they are for, and no password, hash or token at all', async () => {
    const { passwordHash } = await site.app.get(UsersService).byEmail(email);
    const whole = ({ headers, body }: Answer) => headers + body;
    for (const answer of answers)
      expect([answer.path, found(whole(answer), [...typed(), passwordHash])]).toEqual([answer.path, []]);
    expect(answers.filter((answer) => found(whole(answer), codes()).length > 0).map(({ path }) => path)).toEqual([
      '/account/two-factor',
    ]);
    expect(answers.filter((answer) => whole(answer).includes(secret)).map(({ path }) => path)).toEqual([
      '/account/two-factor',
    ]);
    for (const answer of answers.filter(({ path }) => !/^\/(confirm-email|not-me)\//.test(path)))
      expect([answer.path, found(whole(answer), tokens)]).toEqual([answer.path, []]);
  });
});
