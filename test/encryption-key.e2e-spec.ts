import { randomBytes } from 'node:crypto';
import { UsersService } from '../src/accounts/users.service';
import { settings, type Settings } from '../src/config/settings';
import { codeAt, setUpApp } from './support/authenticator';
import type { Person } from './support/person';
import { cli } from './support/processes';
import { Site, testEnvironment } from './support/site';

const password = 'a password of a user';
const newKey = () => randomBytes(32).toString('base64');

describe('A site without ENCRYPTION_KEY, as one from before there was any,', () => {
  let site: Site;
  const keys = () => site.app.get<Settings>(settings.KEY).ENCRYPTION_KEY;
  const reencrypt = (ENCRYPTION_KEY: string) =>
    cli({ ...testEnvironment(site.database.url), ENCRYPTION_KEY }, ['users', 'reencrypt']);
  const stored = async () =>
    (await site.database.query<{ secret: string }>('SELECT secret FROM authenticator_apps'))[0]?.secret;

  beforeAll(async () => {
    site = await Site.start({ ENCRYPTION_KEY: '' });
  });
  afterAll(() => site.stop());

  /** As a start with these keys would have it. */
  const given = (...all: string[]) => keys().splice(0, Infinity, ...all.map((key) => Buffer.from(key, 'base64')));

  it('signs people in', async () => {
    await site.user('ada@example.org', password);
    expect(await site.visitor().signIn('ada@example.org', password)).toMatchObject({ status: 303, location: '/' });
  });

  it('asks no administrator for a second factor', async () => {
    expect((await (await site.admin()).get('/admin')).body).not.toContain('no second factor');
  });

  it('says what to put where to whoever would set up an app, and sets none up', async () => {
    const person = site.visitor();
    await person.signIn('ada@example.org', password);
    const page = await person.get('/account/two-factor');
    expect(page.status).toBe(200);
    expect(page.body).toContain('ENCRYPTION_KEY');
    expect(page.body).toContain('openssl rand -base64 32');
    expect((await person.post('/account/two-factor', { code: '123456' })).status).toBe(422);
    expect(await stored()).toBeUndefined();
  });

  it('changes its key without locking anybody out', async () => {
    const [one, other] = [newKey(), newKey()];
    const person = site.visitor();
    await person.signIn('ada@example.org', password);
    given(one);
    const { secret } = await setUpApp(person);
    const before = await stored();

    expect(await reencrypt(one)).toMatchObject({ code: 0, stdout: expect.stringMatching(/already/) as string });
    expect(await stored()).toBe(before);
    const lost = await reencrypt(other);
    expect(lost).toMatchObject({ code: 1, stdout: '' });
    expect(lost.stderr).toMatch(/No key of ENCRYPTION_KEY reads the secrets of the users \d+/);
    expect(await stored()).toBe(before);
    expect(await reencrypt(`${other},${one}`)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^1 secret is/) as string,
    });
    expect(await stored()).not.toBe(before);

    given(other);
    expect((await enter(await halfwayIn(), codeAt(secret, 1))).status).toBe(303);
  });

  it('says what is missing where its key is lost, and an operator can let people in again', async () => {
    const { id } = await site.app.get(UsersService).byEmail('ada@example.org');
    given(newKey());
    const person = await halfwayIn();
    const page = await enter(person, '123456');
    expect(page.status).toBe(503);
    expect(page.body).toContain('ENCRYPTION_KEY');
    const { code, stdout } = await cli(testEnvironment(site.database.url), [
      'users',
      'reset-access',
      'ada@example.org',
    ]);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/has no second factor any more/)]);
    expect(await site.database.query(`SELECT 1 FROM authenticator_apps WHERE user_id = ${id}`)).toEqual([]);
    expect(await site.visitor().signIn('ada@example.org', password)).toMatchObject({ status: 303, location: '/' });
    const again = await cli(testEnvironment(site.database.url), ['users', 'reset-access', 'ada@example.org']);
    expect(again).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/signed out everywhere \(1 session ended\)\.$/m) as string,
    });
  });

  async function halfwayIn(): Promise<Person> {
    const person = site.visitor();
    expect((await person.signIn('ada@example.org', password)).location).toBe('/login/two-factor');
    return person;
  }

  const enter = (person: Person, code: string) => person.post('/login/two-factor', { code });
});
