import { gzipSync } from 'node:zlib';
import type { Person } from './support/person';
import { sendRaw } from './support/raw';
import { Site, superuser } from './support/site';

const form = 'application/x-www-form-urlencoded';

describe('web safety', () => {
  let site: Site;
  let user: Person;

  beforeAll(async () => {
    site = await Site.start({ APP_URL: 'http://localhost:3000' });
    user = await site.user('ada@example.org');
  });
  afterAll(() => site.stop());

  describe('the headers', () => {
    it.each([
      ['/', 200],
      ['/login', 200],
      ['/no/such/page', 404],
      ['/assets/site.css', 200],
      ['/health/live', 200],
      ['/admin', 303],
    ])('of %s', async (path, status) => {
      const page = await site.visitor().get(path);
      expect(page.status).toBe(status);
      const policy = page.headers.get('content-security-policy') ?? '';
      expect(policy).not.toMatch(/unsafe-inline|unsafe-eval|\*|http:/);
      for (const part of ["default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"]) {
        expect(policy).toContain(part);
      }
      expect(page.headers.get('x-content-type-options')).toBe('nosniff');
      expect(page.headers.get('x-frame-options')).toBe('DENY');
      expect(page.headers.get('referrer-policy')).toBe('same-origin');
      expect(page.headers.get('x-powered-by')).toBeNull();
      expect(page.headers.get('strict-transport-security')).toBeNull();
      expect(page.headers.getSetCookie()).toEqual([]);
    });

    it('keep personal pages out of every cache', async () => {
      for (const path of ['/', '/account', '/admin', '/no/such/page']) {
        expect((await user.get(path)).headers.get('cache-control')).toBe('no-store');
      }
      expect((await site.visitor().get('/')).headers.get('vary')).toMatch(/cookie/i);
    });
  });

  describe('a form of another site', () => {
    it.each([
      [{ 'sec-fetch-site': 'cross-site' }],
      [{ 'sec-fetch-site': 'same-site' }],
      [{ 'sec-fetch-site': 'cross-site', origin: 'http://localhost:3000' }],
      [{ 'sec-fetch-site': '' }],
      [{ origin: 'https://evil.example' }],
      [{ origin: 'null' }],
      [{ origin: 'http://localhost:3001' }],
      [{ origin: 'http://localhost:3000.evil.example' }],
    ])('is refused: %j', async (headers) => {
      const page = await user.post('/logout', {}, headers);
      expect(page.status).toBe(403);
      expect(page.h1).not.toBe('');
      expect((await user.get('/account')).status).toBe(200);
      expect((await site.visitor().post('/login', superuser, headers as never)).headers.getSetCookie()).toEqual([]);
    });

    it.each([
      [{ 'sec-fetch-site': 'same-origin' }],
      [{ 'sec-fetch-site': 'none' }],
      [{ origin: 'http://localhost:3000' }],
      [{}],
    ])('is none when it says %j', async (headers) => {
      const page = await site.visitor().post('/login', superuser, headers);
      expect(page.status).toBe(303);
    });

    it('is refused before anything is read of it', async () => {
      const page = await site.visitor().send('POST', '/login', {
        headers: { 'content-type': form, 'sec-fetch-site': 'cross-site' },
        body: 'x'.repeat(5_000_000),
      });
      expect(page.status).toBe(403);
    });
  });

  describe('a nasty body', () => {
    const body = new URLSearchParams(superuser).toString();
    it.each<[string, Record<string, string>, BodyInit]>([
      ['JSON', { 'content-type': 'application/json' }, JSON.stringify(superuser)],
      ['broken JSON', { 'content-type': 'application/json' }, '{'],
      ['multipart', { 'content-type': 'multipart/form-data; boundary=x' }, '--x\r\n\r\n--x--'],
      ['text', { 'content-type': 'text/plain' }, body],
      ['no type', { 'content-type': '' }, body],
      ['compressed', { 'content-type': form, 'content-encoding': 'gzip' }, gzipSync(body)],
      ['of an unknown encoding', { 'content-type': form, 'content-encoding': 'x-evil' }, body],
      ['of an unknown charset', { 'content-type': `${form}; charset=x-evil` }, body],
      ['a password of 3 MB', { 'content-type': form }, `${body}${'x'.repeat(3_000_000)}`],
      ['a thousand fields', { 'content-type': form }, 'a=1&'.repeat(1000)],
      ['a field twice', { 'content-type': form }, `${body}&password=x`],
      ['arrays', { 'content-type': form }, 'email[]=admin@fakesite.com&password[]=x'],
      ['an object', { 'content-type': form }, 'email[$ne]=x&password[$ne]=x'],
      ['a prototype', { 'content-type': form }, '__proto__[isAdmin]=1&constructor[prototype][x]=1'],
      ['nothing', { 'content-type': form }, ''],
      ['broken percents', { 'content-type': form }, 'email=%E0%A4%A&password=%zz'],
      ['NUL bytes', { 'content-type': form }, 'email=a%00@example.org&password=%00%00%00%00%00%00%00%00'],
      ['a lone surrogate', { 'content-type': form }, 'email=%ED%A0%80@example.org&password=%ED%A0%80aaaaaaaa'],
      ['a line break in the address', { 'content-type': form }, 'email=a%0D%0Ab@example.org&password=x'],
    ])('%s is a 4xx, and opens nothing', async (_case, headers, nasty) => {
      for (const path of ['/login', '/register']) {
        const page = await site.visitor().send('POST', path, { headers, body: nasty });
        expect(page.status).toBeGreaterThanOrEqual(400);
        expect(page.status).toBeLessThan(500);
        expect(page.headers.getSetCookie()).toEqual([]);
        expect(page.body).not.toMatch(/node_modules|\bat .*\.js:/);
      }
      expect((await user.get('/account')).status).toBe(200);
    });

    it.each([
      [413, { 'content-type': form }, 'x'.repeat(200_000)],
      [415, { 'content-type': 'text/plain' }, 'x'],
    ])('is refused with %i on a page of who sent it', async (status, headers, nasty) => {
      const page = await user.send('POST', '/account/password', { headers, body: nasty });
      expect([page.status, page.headers.get('cache-control')]).toEqual([status, 'no-store']);
      expect(page.body).toContain('Sign out');
    });
  });

  describe('a nasty path', () => {
    it.each([
      '//evil.example/%2e%2e',
      '/%',
      '/%zz',
      '/%00',
      '/%c0%ae%c0%ae/',
      '/..%2f..%2fetc/passwd',
      '/assets/..%2f..%2fpackage.json',
      '/assets/%2e%2e/%2e%2e/package.json',
      '/assets/..\\..\\package.json',
      '/assets/.env',
      '/assets/pico/../../../../package.json',
      '/assets/',
      '/.env',
      '/package.json',
      '/login%00',
      '/admin;x=1',
      '/__proto__',
      '/constructor',
      `/${'x'.repeat(8000)}`,
      `/?${'x'.repeat(8000)}`,
      `/?${'a=b&'.repeat(3000)}`,
      '*',
      'http://evil.example/',
    ])('%s is answered without a failure, and gives nothing away', async (path) => {
      const answer = await sendRaw(site.origin, `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
      const status = Number(/^HTTP\/1.1 (\d{3})/.exec(answer)?.[1]);
      expect(status).toBeGreaterThanOrEqual(200);
      expect(status).toBeLessThan(500);
      expect(answer).not.toMatch(/music-festival-organizer|root:|node_modules\/express/);
    });

    it.each(['/ADMIN', '/admin/', '/Admin/', '//admin', '/%61dmin', '/./admin', '/admin?x', '/admin%2f', '/admin%20'])(
      '%s does not open /admin',
      async (path) => {
        for (const cookie of ['', `Cookie: ${user.cookie}\r\n`]) {
          const answer = await sendRaw(
            site.origin,
            `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${cookie}Connection: close\r\n\r\n`,
          );
          expect(answer).toMatch(/^HTTP\/1.1 (303|403|404) /);
        }
      },
    );
  });

  describe('a nasty method', () => {
    it.each(['OPTIONS', 'PUT', 'PATCH', 'DELETE', 'PROPFIND', 'QUERY', 'TRACE', 'HEAD'])(
      '%s opens no page and changes nothing',
      async (method) => {
        for (const path of ['/admin', '/logout', '/account']) {
          const answer = await sendRaw(
            site.origin,
            `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
          );
          expect(answer).toMatch(/^HTTP\/1.1 (303|4\d\d) /);
        }
      },
    );

    it('is not made of a header or a field', async () => {
      const page = await user.get('/logout', { 'x-http-method-override': 'POST' });
      expect(page.status).toBe(404);
      expect((await user.get('/logout?_method=POST')).status).toBe(404);
      expect((await user.get('/account')).status).toBe(200);
    });

    it('HEAD is GET without the page, and is guarded like it', async () => {
      const page = await user.send('HEAD', '/admin');
      expect(page.status).toBe(403);
      expect((await user.send('HEAD', '/account')).status).toBe(200);
      expect((await site.visitor().send('HEAD', '/account')).status).toBe(303);
    });
  });

  it('no address is made of the Host header', async () => {
    for (const path of ['/admin', '/admin/', '/assets', '/login']) {
      const answer = await sendRaw(
        site.origin,
        `GET ${path} HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\nConnection: close\r\n\r\n`,
      );
      expect(answer).not.toContain('evil.example');
    }
  });

  it.each([
    `GET / HTTP/1.1\r\nHost: localhost\r\nCookie: mfo=%\r\n`,
    `GET / HTTP/1.1\r\nHost: localhost\r\nCookie: mfo=s%3A${'x'.repeat(4000)}.y\r\n`,
    `GET / HTTP/1.1\r\nHost: localhost\r\nCookie: __proto__=x; constructor=y\r\n`,
    `GET / HTTP/1.1\r\nHost: localhost\r\nAccept: ${'x/y,'.repeat(500)}\r\n`,
    `GET / HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: ${'1.2.3.4,'.repeat(500)}\r\n`,
    `GET / HTTP/1.1\r\nHost: localhost\r\nRange: bytes=0-0\r\nIf-None-Match: *\r\n`,
  ])('a nasty header is no failure: %#', async (head) => {
    expect(await sendRaw(site.origin, `${head}Connection: close\r\n\r\n`)).toMatch(/^HTTP\/1.1 (200|304|4\d\d) /);
  });

  it('a sender that is no trusted proxy is not believed', async () => {
    for (let i = 0; i < 10; i++) {
      const headers = { 'x-forwarded-for': `10.9.8.${i}` };
      await site.visitor().post('/login', { email: 'spoof@example.org', password: 'x' }, headers);
    }
    const limited = await site
      .visitor()
      .post('/login', { email: 'spoof@example.org', password: 'x' }, { 'x-forwarded-for': '10.9.9.9' });
    expect(limited.status).toBe(429);
  });

  describe('programs are answered with problems', () => {
    const json = { accept: 'application/json' };
    it.each([
      ['/admin', 401],
      ['/no/such/page', 404],
    ])('%s of a visitor: %d', async (path, status) => {
      const answer = await site.visitor().get(path, json);
      expect(answer.status).toBe(status);
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(answer.json()).toMatchObject({ status });
    });

    it('403 says what is missing', async () => {
      const answer = await user.get('/admin', json);
      expect(answer.status).toBe(403);
      expect(answer.json()).toMatchObject({ status: 403, detail: expect.stringContaining('Admin') as string });
    });

    it('422 names the fields', async () => {
      const answer = await site.visitor().post('/register', {}, json);
      expect(answer.status).toBe(422);
      expect(Object.keys(answer.json<{ errors: object }>().errors)).toEqual(
        expect.arrayContaining(['email', 'password', 'password_confirm']),
      );
    });
  });
});
