import { settings, type Settings } from '../src/config/settings';
import { Site } from './support/site';

const password = 'a password of a user';
const superuser = { email: 'boss@example.org', password: 'tulip kettle ferry' };
const https = { 'x-forwarded-proto': 'https' };

/** The site as it is served behind a proxy that speaks https, registration closed. */
describe('in production', () => {
  let site: Site;
  const lines: string[] = [];

  beforeAll(async () => {
    for (const stream of [process.stdout, process.stderr]) {
      jest.spyOn(stream, 'write').mockImplementation((chunk) => {
        lines.push(...String(chunk).split('\n').filter(Boolean));
        return true;
      });
    }
    site = await Site.start({
      NODE_ENV: 'production',
      APP_URL: 'https://festival.example.org',
      TRUST_PROXY: 'loopback',
      REGISTRATION: 'closed',
      BCRYPT_COST: '10',
      LOG_LEVEL: 'debug',
      SESSION_SECRET: 'Qm8rT2vX5yB9eH3kN6qS1uW4zC7fJ0mP',
      SECURITY_PASSWORD_SALT: 'q6PzX1vRk8Nw3yTbE5hMj0uGd7sCa4Lf',
      SUPERUSER_ID: superuser.email,
      SUPERUSER_PASSWORD: superuser.password,
    });
  });
  afterAll(async () => {
    await site.stop();
    jest.restoreAllMocks();
  });

  it('the cookies are bound to the host and to https, and https is remembered', async () => {
    const page = await site.visitor().post('/login', superuser, { ...https, origin: 'https://festival.example.org' });
    expect(page.status).toBe(303);
    const cookies = page.headers.getSetCookie();
    expect(cookies.map((line) => line.split('=')[0])).toEqual(['__Host-mfo', '__Host-mfo-browser']);
    for (const cookie of cookies) {
      for (const attribute of ['Secure', 'HttpOnly', 'SameSite=Lax', 'Path=/']) expect(cookie).toContain(attribute);
      expect(cookie).not.toMatch(/Domain/i);
    }
    expect(page.headers.get('strict-transport-security')).toBe('max-age=31536000; includeSubDomains');
    expect(page.headers.get('content-security-policy')).toContain('upgrade-insecure-requests');
  });

  it('a form of the plain http address is one of another site', async () => {
    const page = await site.visitor().post('/login', superuser, { ...https, origin: 'http://festival.example.org' });
    expect(page.status).toBe(403);
  });

  it('closed registration is nowhere: not on the map, not in the navigation, not behind its address', async () => {
    const visitor = site.visitor();
    expect((await visitor.get('/register')).status).toBe(404);
    expect(
      (await visitor.post('/register', { email: 'a@example.org', password, password_confirm: password })).status,
    ).toBe(404);
    for (const path of ['/', '/login']) {
      const page = await visitor.get(path);
      expect(page.status).toBe(200);
      expect(page.body).not.toContain('/register');
    }
  });

  describe('the log', () => {
    const events = () => lines.map((line) => JSON.parse(line) as { message: unknown; context?: string });
    const ofEvent = (name: string) =>
      events()
        .map(({ message }) => message)
        .filter((message): message is Record<string, unknown> => (message as { event?: string }).event === name);

    it('is one JSON object a line, whatever strangers send', async () => {
      const forged = 'a\n{"level":"error","message":"forged"}\r\n\u001b[31m';
      await site.visitor().post('/login', { email: forged, password: forged }, https);
      await site.visitor().post('/login', { email: 'known@example.org', password: 'wrong' }, https);
      await site.visitor().get(`/${encodeURIComponent(forged)}?${encodeURIComponent(forged)}`, https);
      await site.visitor().get('/', { ...https, 'user-agent': 'x"}{"message":"forged' });
      expect(lines.length).toBeGreaterThan(0);
      for (const line of lines) {
        expect(() => JSON.parse(line) as unknown).not.toThrow();
        expect(line).not.toMatch(/^\{"level":"error","message":"forged"/);
        expect(line).not.toContain('\u001b');
      }
    });

    it('tells once an hour of the same sign-ins, refusals and limits', async () => {
      const person = site.visitor();
      await person.post('/login', superuser, https);
      for (let i = 0; i < 11; i++)
        await site.visitor().post('/login', { email: 'x@example.org', password: 'no' }, https);
      expect(ofEvent('signed in').length).toBeGreaterThan(0);
      const refused = ofEvent('sign-in refused').filter(({ user }) => user === 'unknown');
      expect(refused.length).toBeGreaterThan(0);
      // One for each hour that the test may have touched.
      expect(refused.length).toBeLessThan(3);
      expect(ofEvent('sign-in limited')).toHaveLength(1);
      for (const event of ofEvent('signed in'))
        expect(event).toMatchObject({ requestId: expect.any(String) as string });
    });

    it('holds no secret', async () => {
      const person = site.visitor();
      const secret = 'a secret nobody may read';
      await person.post('/login', superuser, https);
      await person.get('/account', https);
      await person.post(
        '/account/password',
        { current_password: secret, password: `${secret} 2`, password_confirm: `${secret} 2` },
        https,
      );
      await site.visitor().get(`/login?password=${encodeURIComponent(secret)}`, https);
      const sessionId = /s:([^.]+)\./.exec(decodeURIComponent(person.cookie))?.[1] ?? 'no session';
      expect(sessionId.length).toBeGreaterThan(20);
      await person.post('/logout', {}, https);
      const all = lines.join('\n');
      const config = site.app.get<Settings>(settings.KEY);
      for (const hidden of [
        superuser.password,
        secret,
        encodeURIComponent(secret),
        config.SECURITY_PASSWORD_SALT,
        String(config.SESSION_SECRET),
        '$2b$',
        sessionId,
      ]) {
        expect(all).not.toContain(hidden);
      }
    });
  });
});
