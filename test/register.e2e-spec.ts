import bcrypt from 'bcrypt';
import { UsersService } from '../src/accounts/users.service';
import { Database } from '../src/database/database';
import { dump, expectUnchanged } from './support/dump';
import { Site, superuser } from './support/site';

const password = 'a password of a user';

describe('registering', () => {
  let site: Site;
  let networks = 0;
  const fromElsewhere = () => ({ 'x-forwarded-for': `10.0.${Math.floor(++networks / 250)}.${(networks % 250) + 1}` });
  const users = () => site.app.get(UsersService);
  const register = (fields: Record<string, string>) =>
    site.visitor().post('/register', { password, password_confirm: password, ...fields }, fromElsewhere());

  beforeAll(async () => {
    site = await Site.start({ TRUST_PROXY: 'loopback' });
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => site.stop());

  it('makes an active account that holds exactly User, signs in, and says so on the next page', async () => {
    const person = site.visitor();
    const page = await person.register('Ada@Example.org', password, { name: ' Ada ' });
    expect(page).toMatchObject({ status: 303, location: '/' });
    const home = await person.get('/');
    expect(home.body).toContain('Your account is ready.');
    expect(home.h1).toBe('Hello, Ada');
    const user = await users().byEmail('ada@example.org');
    expect(user).toMatchObject({ email: 'ada@example.org', name: 'Ada', active: true });
    expect((await person.get('/account', { accept: 'text/html' })).body).toContain('user-write');
    expect((await person.get('/admin')).status).toBe(403);
  });

  it('takes nothing from the form but its four fields', async () => {
    const body = new URLSearchParams({
      email: 'greedy@example.org',
      password,
      password_confirm: password,
      id: '1',
      active: 'false',
      passwordHash: 'x',
      accessVersion: '0',
      roles: 'Admin',
      role: 'Admin',
      permissions: 'admin-write',
    });
    body.append('roles[]', 'Admin');
    const person = site.visitor();
    expect((await person.send('POST', '/register', { headers: fromElsewhere(), body })).status).toBe(303);
    expect((await person.get('/admin')).status).toBe(403);
    const { read } = site.app.get(Database);
    const held = await read.query<{ name: string }[]>(
      'SELECT r.name FROM grants g JOIN roles r ON r.id = g.role_id JOIN users u ON u.id = g.user_id WHERE u.email = ?',
      ['greedy@example.org'],
    );
    expect(held).toEqual([{ name: 'User' }]);
  });

  it.each<[string, Record<string, string>, string, RegExp]>([
    ['no address', { email: '' }, 'email', /Enter an e-mail address/],
    ['an address without a host', { email: 'ada@' }, 'email', /Enter an e-mail address/],
    ['an address with a space', { email: ' Not An Email ' }, 'email', /Enter an e-mail address/],
    ['two addresses', { email: 'a@example.org,b@example.org' }, 'email', /Enter an e-mail address/],
    ['an address with markup', { email: '<b>@example.org' }, 'email', /Enter an e-mail address/],
    ['a short password', { password: 'seven77' }, 'password', /at least 8 characters/],
    ['a short password of long characters', { password: '😀😀😀😀😀😀😀' }, 'password', /at least 8 characters/],
    ['a common password', { password: 'password1' }, 'password', /most common/],
    ['a password of spaces', { password: '\u3000 \u2003 \u00a0 \u3000 ' }, 'password', /This password is blank/],
    ['a password that repeats itself', { password: 'tick tock tick tock' }, 'password', /repeats itself/],
    ['the name of the site as the password', { password: 'festival-organizer' }, 'password', /made of names/],
    ['the own name as the password', { password: 'someone2026' }, 'password', /made of names/],
    ['a common password in capitals', { password: 'PASSWORD1' }, 'password', /most common/],
    ['the address as the password', { password: 'Someone@Example.org' }, 'password', /made of names/],
    [
      'a password over the limit',
      { password: 'x'.repeat(4097) },
      'password',
      /at most 4096 characters; this one has 4097/,
    ],
    ['another repetition', { password_confirm: 'a password of a usre' }, 'password_confirm', /not the same/],
    ['a very long name', { name: 'x'.repeat(101) }, 'name', /at most 100/],
    ['a name of two lines', { name: 'a\nb' }, 'name', /U\+000A/],
  ])('with %s is a 422 with the error beside its field, and changes nothing', async (_case, wrong, field, message) => {
    const before = await dump(site);
    const fields: Record<string, string> = { email: 'someone@example.org', name: 'Someone', ...wrong };
    const page = await register('password' in wrong ? { password_confirm: wrong.password ?? '', ...fields } : fields);
    expect(page.status).toBe(422);
    const error = new RegExp(`id="${field}-error"[^>]*>([^<]*)<`).exec(page.body)?.[1];
    expect(error).toMatch(message);
    expect(page.body).toMatch(new RegExp(`id="${field}"[^>]*aria-invalid="true"[^>]*aria-describedby="${field}-error`));
    expect(page.body.match(/class="error"/g)).toHaveLength(1);
    expect(page.body).not.toContain(fields.password ?? password);
    expect(page.headers.getSetCookie()).toEqual([]);
    await expectUnchanged(site, before);
  });

  it('with an address that is none and a password that is easy to guess says both', async () => {
    const { body } = await register({ email: 'ada@', password: 'password1', password_confirm: 'password1' });
    expect([...body.matchAll(/id="(\w+)-error"/g)].map(([, field]) => field)).toEqual(['email', 'password']);
  });

  it('limits how many passwords are judged for one network, before it takes time', async () => {
    const network = fromElsewhere();
    const choose = (i: number) =>
      site
        .visitor()
        .post(
          '/register',
          { email: `chooser${i}@example.org`, password: 'password1', password_confirm: 'password1' },
          network,
        );
    for (let i = 0; i < 120; i++) expect((await choose(i)).status).toBe(422);
    expect((await choose(120)).status).toBe(429);
  });

  it('shows again what was typed, escaped, and never a password', async () => {
    const page = await register({ email: '"><script>alert(1)</script>', name: '\'"><img src=x onerror=alert(1)>' });
    expect(page.status).toBe(422);
    expect(page.body).not.toMatch(/<script>|<img/);
    expect(page.body).toContain('&lt;script&gt;');
    expect(page.body).not.toContain(password);
  });

  it.each([
    ['of 1000 characters', `tulip kettle ${'ab'.repeat(500)}`],
    ['of 1000 characters of four bytes', `😀🎪🥁🎻🎺🎷🪕🎤${'😀'.repeat(992)}`],
    ['with every kind of character', 'ü"\'<>&%+=\\\t;😀漢字'],
    ['with a NUL', 'tulip\u0000kettle'],
  ])('accepts a password %s, and it signs in', async (_case, typed) => {
    const email = `typed${++networks}@example.org`;
    expect((await register({ email, password: typed, password_confirm: typed })).status).toBe(303);
    expect((await site.visitor().signIn(email, typed)).status).toBe(303);
    expect((await site.visitor().post('/login', { email, password: `${typed}x` }, fromElsewhere())).status).toBe(401);
  });

  it('takes one password however its letters are composed', async () => {
    const [composed, decomposed] = ['Passwörter für Ünter', 'Passwörter für Ünter'.normalize('NFD')];
    expect(composed).not.toBe(decomposed);
    const fields = { email: 'composed@example.org', password: composed, password_confirm: composed };
    expect((await register(fields)).status).toBe(303);
    expect((await site.visitor().signIn('composed@example.org', decomposed)).status).toBe(303);
  });

  it.each([
    'ada.lovelace+festival@sub.example.org',
    "o'hara@example.org",
    'jörg@example.org',
    'a@xn--bcher-kva.example',
  ])('accepts the address %s, without asking anybody for it', async (email) => {
    expect((await register({ email })).status).toBe(303);
  });

  it('tells josé from jose', async () => {
    expect((await register({ email: 'jose@example.org' })).status).toBe(303);
    expect((await register({ email: 'josé@example.org' })).status).toBe(303);
  });

  it.each([superuser.email, superuser.email.toUpperCase(), ` ${superuser.email} `])(
    'with the taken address "%s" is an error beside the field',
    async (email) => {
      const before = await dump(site);
      const page = await register({ email });
      expect(page.status).toBe(422);
      expect(page.body).toMatch(/id="email-error"[^>]*>There is an account with this address already/);
      await expectUnchanged(site, before);
    },
  );

  it('200 at once with one address: one account, 199 clear answers', async () => {
    const pages = await Promise.all(Array.from({ length: 200 }, () => register({ email: 'crowd@example.org' })));
    const statuses = pages.map(({ status }) => status);
    expect(statuses.filter((status) => status === 303)).toHaveLength(1);
    expect(statuses.filter((status) => status === 422)).toHaveLength(199);
    for (const page of pages.filter(({ status }) => status === 422)) {
      expect(page.body).toContain('There is an account with this address already');
    }
    const { read } = site.app.get(Database);
    const [row] = await read.query<{ n: number | string }[]>('SELECT COUNT(*) AS n FROM users WHERE email = ?', [
      'crowd@example.org',
    ]);
    expect(Number(row?.n)).toBe(1);
  });

  it('thirty times an hour from one network, and nothing is hashed after that', async () => {
    const network = fromElsewhere();
    const attempt = (i: number) =>
      site
        .visitor()
        .post('/register', { email: `many${i}@example.org`, password, password_confirm: password }, network);
    for (let i = 0; i < 30; i++) expect((await attempt(i)).status).toBe(303);
    const hash = jest.spyOn(bcrypt, 'hash');
    const limited = await attempt(30);
    expect(limited.status).toBe(429);
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(hash).not.toHaveBeenCalled();
    expect((await register({ email: 'another-network@example.org' })).status).toBe(303);
  });
});
