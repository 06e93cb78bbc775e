import fs from 'node:fs';
import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { Body, Controller, Post } from '@nestjs/common';
import { Permissions } from '../src/access/decorators';
import { UserGrants } from '../src/accounts/user-grants.service';
import { UsersService } from '../src/accounts/users.service';
import { operator } from '../src/audit/actor';
import { line } from '../src/forms/fields';
import { Form } from '../src/forms/form';
import { file } from '../src/forms/sent-file';
import { RolesService } from '../src/roles/roles.service';
import { Sessions } from '../src/sessions/sessions.service';
import { TakesFile } from '../src/web/takes-file';
import { UploadRoom } from '../src/web/upload-room';
import { holder } from './support/holder';
import type { Person } from './support/person';
import { Site } from './support/site';
import { until } from './support/until';

const MOST = 50_000;

const posterForm = new Form({
  view: 'errors/refused',
  fields: {
    title: line({ subject: 'A title', most: 40, missing: 'Give it a title.' }),
    poster: file({
      types: ['image/png', 'image/jpeg'],
      most: MOST,
      otherType: 'Choose a picture, PNG or JPEG.',
      missing: 'Choose a picture.',
    }),
  },
});

const programmeForm = new Form({
  view: 'errors/refused',
  fields: { list: file({ types: ['text/csv'], most: MOST, otherType: 'Choose a CSV file.' }) },
});

let taken: string[] = [];

@Controller('posters')
@Permissions('audit-read')
class Posters {
  @Post()
  @TakesFile(posterForm)
  save(@Body(posterForm) { title, poster }: ReturnType<typeof posterForm.transform>) {
    taken.push(title);
    return `${title}: ${poster.type}, ${poster.content.length}`;
  }

  @Post('programme')
  @TakesFile(programmeForm)
  programme(@Body(programmeForm) { list }: ReturnType<typeof programmeForm.transform>) {
    return list ? `${list.type}, ${list.content.toString()}` : 'none';
  }

  @Post('fields')
  fields() {
    taken.push('fields');
  }
}

const png = (size = 1000) => {
  const begin = Buffer.from(
    '89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000049444154',
    'hex',
  );
  return Buffer.concat([begin, Buffer.alloc(size - begin.length)]);
};

const json = { accept: 'application/json' };

describe('a form with a file', () => {
  let site: Site;
  let id: number;
  let person: Person;
  let take: jest.SpyInstance;

  beforeAll(async () => {
    site = await Site.start({}, [Posters]);
    const role = { name: 'Designer', description: '', permissions: ['audit-read'] };
    await site.app.get(RolesService).create(operator, role);
  });
  beforeEach(async () => {
    ({ id, person } = await holder(site, ['User', 'Designer']));
    taken = [];
    take = jest.spyOn(site.app.get(UploadRoom), 'take');
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => site.stop());

  const emailOf = async () => (await site.app.get(UsersService).findById(id))!.email;
  const form = (parts: Record<string, string | Blob>) => {
    const sent = new FormData();
    for (const [name, value] of Object.entries(parts))
      if (typeof value === 'string') sent.append(name, value);
      else sent.append(name, value, '../../poster.png');
    return sent;
  };
  const send = (body: BodyInit, path = '/posters', headers: Record<string, string> = json, by = person) =>
    by.send('POST', path, { headers, body });
  const poster = (content: Buffer | string = png(), type = 'image/png') =>
    new Blob([new Uint8Array(Buffer.from(content))], { type });
  const errorsOf = async (body: BodyInit, path = '/posters') => {
    const page = await send(body, path);
    expect([page.status, taken]).toEqual([422, []]);
    return page.json<{ errors: Record<string, string> }>().errors;
  };

  it('is taken with its other fields, and the type is found in the content, whatever is said of it', async () => {
    const page = await send(form({ title: 'Main stage', poster: poster(png(), 'text/html') }));
    expect([page.status, page.body]).toEqual([201, 'Main stage: image/png, 1000']);
    expect((await send(form({ title: 'Whole', poster: poster(png(MOST)) }))).status).toBe(201);
  });

  it.each<[string, Blob | string, string]>([
    ['larger than it may be', poster(png(MOST + 1)), 'Choose a file of at most 50 kB.'],
    ['of another type', poster('<script>alert(1)</script>'), 'Choose a picture, PNG or JPEG.'],
    ['of another type that is found in it', poster('%PDF-1.7\n1 0 obj'), 'Choose a picture, PNG or JPEG.'],
    ['empty', poster(''), 'Choose a picture, PNG or JPEG.'],
    ['a text under its name', 'no file', 'Choose a picture.'],
  ])('that is %s is shown again, with the error beside its field', async (_case, sent, error) => {
    expect(await errorsOf(form({ title: 'x', poster: sent }))).toEqual({ poster: error });
  });

  it('without one says so, with the errors of the other fields', async () => {
    expect(await errorsOf(form({ title: '' }))).toEqual({ title: 'Give it a title.', poster: 'Choose a picture.' });
  });

  it('may take text, which is UTF-8 and was sent as that, or leave the file out', async () => {
    const programme = (content: Buffer | string, type: string) =>
      send(form({ list: poster(content, type) }), '/posters/programme');
    expect((await programme('a;ü', 'text/csv')).body).toBe('text/csv, a;ü');
    expect((await send(form({ other: 'field' }), '/posters/programme')).body).toBe('none');
    for (const [content, type] of [
      [Buffer.from([0x61, 0xff]), 'text/csv'],
      ['a\0b', 'text/csv'],
      ['a;b', 'text/html'],
      [png(), 'text/csv'],
    ] as const)
      expect((await programme(Buffer.from(content), type)).json().errors).toEqual({ list: 'Choose a CSV file.' });
  });

  it.each<[string, () => [BodyInit, Record<string, string>?], number]>([
    ['two files', () => [append(form({ title: 'x', poster: poster() }), 'poster', poster())], 422],
    ['a file for another field', () => [form({ title: 'x', other: poster() })], 422],
    ['what is no form', () => ['nonsense', { ...json, 'content-type': 'multipart/form-data; boundary=x' }], 422],
    ['no boundary', () => ['nonsense', { ...json, 'content-type': 'multipart/form-data' }], 422],
    ['a file far too large', () => [form({ title: 'x', poster: poster(png(MOST + 200_000)) })], 413],
    ['a text far too long', () => [form({ title: 'x'.repeat(200_000) })], 413],
    ['a form without a file', () => [new URLSearchParams({ title: 'x', poster: 'x' })], 415],
    ['JSON', () => ['{}', { ...json, 'content-type': 'application/json' }], 415],
    ['another site’s form', () => [form({ title: 'x', poster: poster() }), { 'sec-fetch-site': 'cross-site' }], 403],
  ])('is not taken where it is sent as %s', async (_case, sent, status) => {
    const [body, headers] = sent();
    expect([(await send(body, '/posters', headers)).status, taken]).toEqual([status, []]);
  });

  it('is refused unread at every route that does not take one', async () => {
    for (const path of ['/posters/fields', '/account/password'])
      expect((await send(form({ poster: poster() }), path)).status).toBe(415);
    expect(taken).toEqual([]);
  });

  it('is refused to a visitor, and to who may not, before any of it is sent', async () => {
    const other = await site.user();
    for (const [by, status] of [
      [site.visitor(), 401],
      [other, 403],
    ] as const) {
      const { sending, answer } = begin(by);
      expect((await answer).statusCode).toBe(status);
      sending.destroy();
    }
  });

  it.each<[string, () => Promise<unknown>, number]>([
    [
      'the role was taken away',
      async () => site.app.get(UserGrants).revoke(operator, await emailOf(), 'Designer'),
      403,
    ],
    ['they were signed out', () => site.app.get(Sessions).end(operator, id), 401],
    ['the account was deactivated', async () => site.app.get(UsersService).deactivate(operator, await emailOf()), 401],
  ])('does nothing where %s while it was sent', async (_case, end, status) => {
    const { sending, answer, rest } = begin(person);
    await isBeingSent();
    await end();
    sending.end(rest);
    expect([(await answer).statusCode, taken]).toEqual([status, []]);
  });

  it('is one at a time of a person, and the next goes in once it is there or was given up', async () => {
    const first = begin(person);
    await isBeingSent();
    const second = await send(form({ title: 'Second', poster: poster() }));
    expect([second.status, second.headers.get('retry-after')]).toEqual([503, '10']);
    const others = (await holder(site, ['User', 'Designer'])).person;
    expect((await send(form({ title: 'Theirs', poster: poster() }), '/posters', json, others)).status).toBe(201);
    const ended = expect(first.answer).rejects.toThrow('socket hang up');
    first.sending.destroy();
    await ended;
    await until(async () => (await send(form({ title: 'Third', poster: poster() }))).status === 201);
    const fourth = begin(person);
    fourth.sending.end(fourth.rest);
    expect((await fourth.answer).statusCode).toBe(201);
    expect(taken).toEqual(['Theirs', 'Third', 'Slow']);
  });

  it('says how long it is', async () => {
    const { sending, answer, rest } = begin(person, {});
    sending.end(rest);
    expect([(await answer).statusCode, taken]).toEqual([411, []]);
  });

  it('is kept in memory alone', async () => {
    const writes = [jest.spyOn(fs, 'createWriteStream'), jest.spyOn(fs, 'open'), jest.spyOn(fs, 'writeFile')];
    for (const size of [MOST, MOST + 1]) await send(form({ title: 'x', poster: poster(png(size)) }));
    for (const write of writes) expect(write).not.toHaveBeenCalled();
    expect(taken).toEqual(['x']);
  });

  /** The first half of a form, on its way; `rest` is the other. */
  function begin(by: Person, length?: Record<string, number>) {
    const boundary = 'the-boundary';
    const part = (head: string) => `--${boundary}\r\nContent-Disposition: form-data; ${head}\r\n\r\n`;
    const text = Buffer.from(`${part('name="title"')}Slow\r\n${part('name="poster"; filename="a.png"')}`);
    const rest = Buffer.concat([png(), Buffer.from(`\r\n--${boundary}--\r\n`)]);
    const headers = {
      ...json,
      cookie: by.cookie,
      'content-type': `multipart/form-data; boundary=${boundary}`,
      ...(length ?? { 'content-length': text.length + rest.length }),
    };
    let sending!: ClientRequest;
    const answer = new Promise<IncomingMessage>((resolve, reject) => {
      sending = httpRequest(`${site.origin}/posters`, { method: 'POST', headers }, (response) => {
        response.resume();
        resolve(response);
      }).on('error', reject);
      sending.write(text);
    });
    return { sending, answer, rest };
  }

  /** The guard has let in what was begun. */
  const isBeingSent = () => until(() => Promise.resolve(take.mock.calls.length > 0));
});

function append(form: FormData, name: string, file: Blob): FormData {
  form.append(name, file, 'second.png');
  return form;
}
