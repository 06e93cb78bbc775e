import { Site, superuser } from './support/site';

describe('the journey of a newcomer', () => {
  let site: Site;
  beforeAll(async () => {
    site = await Site.start();
  });
  afterAll(() => site.stop());

  it('a visitor sees the home page, without a cookie', async () => {
    const page = await site.visitor().get('/');
    expect(page.status).toBe(200);
    expect(page.title).toBe('Home · Music Festival Organizer');
    expect(page.h1).toBe('Music Festival Organizer');
    expect(page.body).toContain('href="/login"');
    expect(page.body).toContain('href="/register"');
    expect(page.body).not.toContain('href="/admin"');
    expect(page.headers.getSetCookie()).toEqual([]);
  });

  it('a visitor at /admin is led to sign in, and afterwards to where they wanted to go', async () => {
    const visitor = site.visitor();
    const refused = await visitor.get('/admin?a=b&c');
    expect(refused.status).toBe(303);
    expect(refused.location).toBe('/login?next=%2Fadmin%3Fa%3Db%26c');
    const form = await visitor.get(refused.location!);
    expect(form.body).toContain('name="next" value="/admin?a&#x3D;b&amp;c"');
    const signedIn = await visitor.signIn(superuser.email, superuser.password, { next: '/admin?a=b&c' });
    expect(signedIn.status).toBe(303);
    expect(signedIn.location).toBe('/admin?a=b&c');
    const admin = await visitor.get('/admin');
    expect(admin.status).toBe(200);
    expect(admin.h1).toBe('Administration');
    expect(admin.body).toContain('aria-current="page"');
  });

  it('the superuser is told on every page to change the configured password, until they have', async () => {
    const admin = await site.admin();
    for (const path of ['/', '/account', '/admin', '/nothing-here']) {
      expect((await admin.get(path)).body).toContain('You still use the password from the configuration.');
    }
    const changed = await admin.post('/account/password', {
      current_password: superuser.password,
      password: 'another one entirely',
      password_confirm: 'another one entirely',
    });
    expect(changed.status).toBe(303);
    expect(changed.location).toBe('/account');
    const account = await admin.get('/account');
    expect(account.body).toContain('Your password is changed.');
    expect(account.body).not.toContain('You still use the password from the configuration.');
    expect((await admin.get('/account')).body).not.toContain('Your password is changed.');
  });

  it('a second account is refused at /admin by a page that says what is missing', async () => {
    const user = await site.user('newcomer@example.org');
    const home = await user.get('/');
    expect(home.body).toContain('Welcome to Music Festival Organizer.');
    expect(home.body).toContain('href="/account"');
    expect(home.body).not.toContain('href="/admin"');
    const refused = await user.get('/admin');
    expect(refused.status).toBe(403);
    expect(refused.h1).toBe('Access forbidden');
    expect(refused.body).toContain(
      'Sorry, you must be an Admin to access this page, or hold the permissions admin-read and admin-write.',
    );
    expect(refused.headers.get('cache-control')).toBe('no-store');
  });

  it('signing out ends the session on the server', async () => {
    const user = await site.user();
    const copied = user.cookie;
    const out = await user.post('/logout');
    expect(out.status).toBe(303);
    expect(out.location).toBe('/');
    const thief = site.visitor();
    thief.cookie = copied;
    expect((await thief.get('/account')).location).toBe('/login?next=%2Faccount');
  });

  it('an unknown address has a page with the same navigation', async () => {
    const user = await site.user();
    const missing = await user.get('/no-such-page');
    expect(missing.status).toBe(404);
    expect(missing.h1).toBe('Page not found');
    expect(missing.body).toContain('href="/account"');
  });
});
