import { Body, Controller, Post } from '@nestjs/common';
import { z } from 'zod';
import { Authenticated } from '../src/access/decorators';
import { JsonBody, TakesJson } from '../src/forms/json-body';
import { Site } from './support/site';

const setlist = new JsonBody(z.object({ band: z.string().min(1, 'Name the band.'), songs: z.array(z.string()) }));

@Controller('setlists')
@Authenticated()
class Setlists {
  @Post()
  @TakesJson()
  save(@Body(setlist) { band, songs }: ReturnType<typeof setlist.transform>) {
    return `${band}: ${songs.length}`;
  }

  @Post('form')
  form(@Body() body: unknown) {
    return JSON.stringify(body);
  }
}

describe('a body of JSON', () => {
  let site: Site;

  beforeAll(async () => (site = await Site.start({}, [Setlists])));
  afterAll(() => site.stop());

  const json = { 'content-type': 'application/json', accept: 'application/json' };
  const send = async (path: string, body: string, headers: Record<string, string> = json) =>
    (await site.user()).send('POST', path, { headers, body });

  it('is taken where the route takes it, checked', async () => {
    const page = await send('/setlists', JSON.stringify({ band: 'Kite', songs: ['One', 'Two'] }));
    expect([page.status, page.body]).toEqual([201, 'Kite: 2']);
    const wrong = await send('/setlists', JSON.stringify({ band: '', songs: 'One' }));
    expect(wrong.status).toBe(422);
    expect(wrong.json().errors).toMatchObject({ band: 'Name the band.', songs: expect.any(String) as string });
  });

  it('of very many faults is told a hundred of them', async () => {
    const songs = Array.from({ length: 50_000 }, () => 1);
    const page = await send('/setlists', JSON.stringify({ band: 'Kite', songs }));
    expect([page.status, Object.keys(page.json<{ errors: object }>().errors).length]).toEqual([422, 100]);
    expect(page.body.length).toBeLessThan(20_000);
  });

  it('is refused everywhere else, as a form is there', async () => {
    expect((await send('/setlists/form', '{"band":"Kite"}')).status).toBe(415);
    expect((await send('/login', '{"email":"a@example.org"}')).status).toBe(415);
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await send('/setlists', 'band=Kite', form)).status).toBe(415);
  });

  it.each([
    ['broken', '{"band":', 400],
    ['larger than a form may be', JSON.stringify({ band: 'x'.repeat(200_000), songs: [] }), 413],
  ])('is refused when it is %s', async (_case, body, status) => {
    expect((await send('/setlists', body)).status).toBe(status);
  });

  it('comes from this site only, and from somebody whom the rule lets in', async () => {
    expect((await send('/setlists', '{}', { ...json, 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await site.visitor().send('POST', '/setlists', { headers: json, body: '{}' })).status).toBe(401);
  });
});
