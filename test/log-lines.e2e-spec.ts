import { Controller, Get, Param, Post, Query, Render } from '@nestjs/common';
import { Public } from '../src/access/decorators';
import { UsersService } from '../src/accounts/users.service';
import { operator } from '../src/audit/actor';
import { Clock } from '../src/config/clock';
import { PasswordLinks } from '../src/credentials/password-links.service';
import { Site } from './support/site';

@Controller('of-the-tests')
@Public()
class FailingController {
  @Get('fails/:token')
  fail(@Param('token') token: string) {
    throw new Error(`There is nothing behind ${token}.`);
  }

  @Post('fails/:token')
  failToo(@Param('token') token: string, @Query('q') q: string) {
    throw new Error(`There is nothing behind /of-the-tests/fails/${token}?q=${q}`);
  }

  @Get('not-rendered/:token')
  @Render('of-the-tests/no-such-view')
  show(@Param('token') token: string) {
    return { token };
  }
}

describe('the log names the declared route, and never the token of a link', () => {
  let site: Site;
  let token: string;
  let written: string;
  let hour = 0;

  beforeAll(async () => {
    site = await Site.start({ LOG_LEVEL: 'info' }, [FailingController]);
    const { id } = await site.app
      .get(UsersService)
      .create(operator, { email: 'linked@example.org', name: '', passwordHash: '', active: true, roles: ['User'] });
    const { address } = await site.app.get(PasswordLinks).make(operator, id);
    token = address.split('/').pop()!;
  });
  beforeEach(() => {
    written = '';
    // The same is told once an hour.
    hour += 1;
    const now = new Date(Date.now() + hour * 60 * 60_000);
    jest.spyOn(site.app.get(Clock), 'now').mockImplementation(() => now);
    for (const stream of [process.stdout, process.stderr])
      jest.spyOn(stream, 'write').mockImplementation((chunk) => {
        written += String(chunk);
        return true;
      });
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => site.stop());

  const fromElsewhere = { 'sec-fetch-site': 'cross-site' };
  const forms = { 'content-type': 'application/x-www-form-urlencoded' };
  const fields = { password: 'tulip kettle ferry', password_confirm: 'tulip kettle ferry' };

  it.each<[string, () => Promise<{ status: number }>, number, string | null]>([
    [
      'a form of another site',
      () => site.visitor().post(`/welcome/${token}`, fields, fromElsewhere),
      403,
      'POST /welcome/:token',
    ],
    [
      'a form of another site, in other letters and with a query',
      () => site.visitor().post(`/Welcome/${token}/?a=${token}`, fields, fromElsewhere),
      403,
      'POST /welcome/:token',
    ],
    [
      'a form of another site to an address with more behind the token',
      () => site.visitor().post(`/welcome/${token}/more`, fields, fromElsewhere),
      403,
      'POST (unknown address)',
    ],
    [
      'a form of another site to no page at all',
      () => site.visitor().post(`/${token}`, fields, fromElsewhere),
      403,
      'POST (unknown address)',
    ],
    [
      'a method that the address does not have',
      () => site.visitor().send('DELETE', `/welcome/${token}`, { headers: fromElsewhere }),
      403,
      'DELETE (unknown address)',
    ],
    [
      'a body that can not be read',
      () => site.visitor().send('POST', `/welcome/${token}`, { headers: forms, body: 'x'.repeat(500_000) }),
      413,
      null,
    ],
    ['an address that there is not', () => site.visitor().get(`/welcome/${token}/more`), 404, null],
    ['an address that can not be decoded', () => site.visitor().get(`/welcome/${token}%zz`), 400, null],
    [
      'a failure that tells of the token',
      () => site.visitor().get(`/of-the-tests/fails/${token}`),
      500,
      'GET /of-the-tests/fails/:token',
    ],
    [
      'a failure that tells of the whole address',
      () => site.visitor().post(`/of-the-tests/fails/${token}?q=${token}`),
      500,
      'POST /of-the-tests/fails/:token',
    ],
    [
      'a failure while the page is made',
      () => site.visitor().get(`/of-the-tests/not-rendered/${token}?q=${token}`),
      500,
      'GET /of-the-tests/not-rendered/:token',
    ],
    [
      'a page that came from a link',
      () => site.visitor().post('/logout', {}, { ...fromElsewhere, referer: `http://localhost:3000/welcome/${token}` }),
      403,
      'POST /logout',
    ],
  ])('for %s', async (_case, ask, status, route) => {
    const answer = await ask();
    expect(answer.status).toBe(status);
    expect(written).not.toContain(token);
    expect(written).not.toContain(encodeURIComponent(token));
    if (route) expect(written).toContain(route);
  });

  it('while the link is good all the time', async () => {
    expect((await site.visitor().get(`/welcome/${token}`)).status).toBe(303);
    expect((await site.visitor().post(`/welcome/${token}`, fields)).status).toBe(303);
    expect(written).not.toContain(token);
  });
});
