import { readdirSync } from 'node:fs';
import { get as httpGet, type IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { brotliDecompressSync, createBrotliDecompress, createGunzip, gunzipSync } from 'node:zlib';
import { Controller, Get, Res } from '@nestjs/common';
import type { Response } from 'express';
import { AccessMap } from '../src/access/access-map';
import { Public } from '../src/access/decorators';
import { UsersService } from '../src/accounts/users.service';
import { download } from '../src/admin/download';
import { operator } from '../src/audit/actor';
import { valuesOf } from './support/fixtures';
import type { Person } from './support/person';
import { sendRaw } from './support/raw';
import { filled } from './support/route-parameters';
import { Site } from './support/site';

/** What the test does between two parts of a download. */
let betweenTheParts: () => Promise<void>;

@Controller('parts')
@Public()
class PartsController {
  @Get()
  async send(@Res() response: Response) {
    await download(response, 'text/csv', 'parts.csv', parts());
  }
}

async function* parts(): AsyncGenerator<string> {
  yield 'the first part\r\n';
  await betweenTheParts();
  yield 'the last part\r\n';
}

describe('what the site sends', () => {
  let site: Site;
  let admin: Person;

  beforeAll(async () => {
    site = await Site.start({ APP_URL: 'http://localhost:3000' }, [PartsController]);
    admin = await site.admin();
  });
  afterAll(() => site.stop());

  interface Answer {
    status: number;
    headers: IncomingHttpHeaders;
    body: Buffer;
  }

  /** As it comes, not decompressed. */
  function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
    return new Promise((resolve, reject) => {
      httpGet(`${site.origin}${path}`, { headers, method }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
        );
      }).on('error', reject);
    });
  }

  describe('carries the security headers', () => {
    const host = 'Host: localhost\r\nConnection: close\r\n\r\n';
    const ours = 'Origin: http://localhost:3000\r\n';
    it.each([
      ['a page', 200, `GET / HTTP/1.1\r\n${host}`],
      ['a page that is not there', 404, `GET /nowhere HTTP/1.1\r\n${host}`],
      ['a file', 200, `GET /assets/site.css HTTP/1.1\r\n${host}`],
      ['a redirect', 303, `GET /account HTTP/1.1\r\n${host}`],
      ['an address with a broken percent sign', 400, `GET /admin/users/%E0%A4%A HTTP/1.1\r\n${host}`],
      ['an address that is no path', 400, `GET * HTTP/1.1\r\n${host}`],
      ['OPTIONS', 404, `OPTIONS / HTTP/1.1\r\n${host}`],
      ['TRACE', 404, `TRACE / HTTP/1.1\r\n${host}`],
      ['a form of another site', 403, `POST /login HTTP/1.1\r\nOrigin: https://evil.example\r\n${host}`],
      ['a request that names no host', 400, 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n'],
      ['a request that names two hosts', 400, `GET / HTTP/1.1\r\nHost: evil.example\r\n${host}`],
      ['a request that names one host twice', 400, `GET / HTTP/1.1\r\nhost: localhost\r\n${host}`],
      ['a request for a file that names two hosts', 400, `GET /assets/site.css HTTP/1.1\r\nHost: x\r\n${host}`],
      ['an older request that names two hosts', 400, `GET / HTTP/1.0\r\nHost: evil.example\r\n${host}`],
      ['a form of two origins', 403, `POST /login HTTP/1.1\r\n${ours}Origin: https://evil.example\r\n${host}`],
      ['a form of one origin, told twice', 403, `POST /login HTTP/1.1\r\n${ours}${ours}${host}`],
      [
        'a form of two kinds of site',
        403,
        `POST /login HTTP/1.1\r\nSec-Fetch-Site: same-origin\r\nSec-Fetch-Site: cross-site\r\n${host}`,
      ],
      ['a header with a blank in its name', 400, `GET / HTTP/1.1\r\n${host.replace('Host', 'Host ')}`],
      ['something that is no HTTP', 400, '\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n'],
      ['HTTP/2 without being asked', 400, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
      ['a method that is none', 400, `BREW /pot HTTP/1.1\r\n${host}`],
      ['a header that is none', 400, `GET / HTTP/1.1\r\nno colon\r\n${host}`],
      ['two lengths', 400, `POST /login HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n${host}x`],
      [
        'a length and chunks',
        400,
        `POST /login HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n${host}0`,
      ],
      ['an expectation', 417, `GET / HTTP/1.1\r\nExpect: tea\r\n${host}`],
      ['headers that are too large', 431, `GET / HTTP/1.1\r\nCookie: ${'x'.repeat(70_000)}\r\n${host}`],
      [
        'chunks with too many extensions',
        413,
        `POST /login HTTP/1.1\r\nTransfer-Encoding: chunked\r\n${host}1;${'x'.repeat(20_000)}\r\nx\r\n0\r\n\r\n`,
      ],
    ])('with %s: %i, in words', async (_what, status, request) => {
      const [head = '', body = ''] = (await sendRaw(site.origin, request)).split(/\r\n\r\n(.*)/s);
      expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      for (const header of [
        /^Content-Security-Policy: default-src 'none';.*frame-ancestors 'none'/m,
        /^X-Content-Type-Options: nosniff$/m,
        /^X-Frame-Options: DENY$/m,
        /^Referrer-Policy: same-origin$/m,
        /^Cross-Origin-Opener-Policy: same-origin$/m,
        /^Cross-Origin-Resource-Policy: same-origin$/m,
        /^Permissions-Policy: camera=\(\), .*microphone=\(\)/m,
        /^Cache-Control: (no-store|no-cache)$/m,
        /^Content-Type: text\/(html|plain|css); charset=utf-8$/im,
      ])
        if (status !== 303 || !header.source.includes('Content-Type')) expect(head).toMatch(header);
      expect(head).not.toMatch(/^(Server|X-Powered-By):/im);
      if (status !== 303) expect(body).toMatch(/[a-z]{2}/);
    });

    it('not in the middle of another answer', async () => {
      const answers = await sendRaw(
        site.origin,
        'GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\nBREW /pot HTTP/1.1\r\nHost: localhost\r\n\r\n',
      );
      expect(answers.match(/^HTTP\/1.1 /gm)?.length).toBeLessThanOrEqual(2);
      expect(answers).toMatch(/^HTTP\/1.1 [24]00 /);
    });
  });

  describe('of static files', () => {
    const stylesheet = async () => {
      const [, digest] = /href="\/assets\/site\.css\?v&#x3D;(\w+)"/.exec((await site.visitor().get('/')).body)!;
      return `/assets/site.css?v=${digest}`;
    };

    it('is kept for ever under the mark of its content, and under no other address', async () => {
      const marked = await stylesheet();
      expect((await get(marked)).headers['cache-control']).toBe('public, max-age=31536000, immutable');
      const wrong = ['', '?', '?v=', '?v=wrong', `?v=${marked.slice(-12).toUpperCase()}x`, `?w=${marked.slice(-12)}`];
      for (const query of [...wrong, `?v=${marked.slice(-12)}&v=x`]) {
        const { status, headers } = await get(`/assets/site.css${query}`);
        expect([query, status, headers['cache-control']]).toEqual([query, 200, 'no-cache']);
      }
    });

    it('is compressed as the browser can take it', async () => {
      const plain = await get('/assets/site.css');
      expect([plain.headers['content-encoding'], plain.headers.vary]).toEqual([undefined, 'Accept-Encoding']);
      for (const [accepted, encoding] of [
        ['gzip, deflate, br, zstd', 'br'],
        ['gzip, deflate', 'gzip'],
        ['br;q=0, gzip', 'gzip'],
        ['*', 'br'],
        ['identity', undefined],
        ['x-evil', undefined],
        ['br;q=0, *;q=0', undefined],
      ] as const) {
        const { status, headers, body } = await get('/assets/site.css', { 'accept-encoding': accepted });
        expect([accepted, status, headers['content-encoding'], headers.vary]).toEqual([
          accepted,
          200,
          encoding,
          'Accept-Encoding',
        ]);
        expect(decoded({ headers, body })).toEqual(plain.body);
        expect(headers['content-length']).toBe(String(body.length));
        if (encoding) expect(body.length).toBeLessThan(plain.body.length / 3);
      }
    });

    it('is sent once: asked again it is "not modified", in every encoding', async () => {
      for (const encoding of ['br', 'gzip', 'identity']) {
        const first = await get('/assets/site.css', { 'accept-encoding': encoding });
        const etag = first.headers.etag!;
        const again = await get('/assets/site.css', { 'accept-encoding': encoding, 'if-none-match': etag });
        expect([again.status, again.body.length, again.headers.etag]).toEqual([304, 0, etag]);
        expect([again.headers.vary, again.headers['cache-control']]).toEqual(['Accept-Encoding', 'no-cache']);
        const other = await get('/assets/site.css', { 'accept-encoding': encoding, 'if-none-match': '"other"' });
        expect(other.status).toBe(200);
      }
    });

    it('is described by HEAD, and whole where a part is asked for', async () => {
      const whole = await get('/assets/favicon.svg');
      const head = await get('/assets/favicon.svg', {}, 'HEAD');
      expect([head.status, head.body.length]).toEqual([200, 0]);
      for (const name of ['content-type', 'content-length', 'etag', 'cache-control'])
        expect(head.headers[name]).toBe(whole.headers[name]);
      const part = await get('/assets/favicon.svg', { range: 'bytes=0-3' });
      expect([part.status, part.body.length]).toEqual([200, whole.body.length]);
      expect((await get('/assets/favicon.svg', {}, 'POST')).status).toBe(404);
    });

    it.each([
      ['/favicon.ico', /^image\/(x-icon|vnd.microsoft.icon)$/, /^\0\0\u0001\0/],
      ['/robots.txt', /^text\/plain/, /^User-agent: \*\nDisallow: /],
      ['/assets/favicon.svg', /^image\/svg\+xml/, /^<svg/],
      ['/assets/site.css', /^text\/css/, /Pico[^]*\.site-header/],
      ['/site.webmanifest', /^application\/manifest\+json/, /"name":"Music Festival Organizer"/],
    ])('%s is there', async (path, type, content) => {
      const { status, headers, body } = await get(path);
      expect([status, headers['content-type']]).toEqual([200, expect.stringMatching(type)]);
      expect(body.toString('latin1')).toMatch(content);
      expect(headers['set-cookie']).toBeUndefined();
    });

    it.each([
      '/assets/favicon.ico',
      '/assets/nothing.css',
      '/robots.txt/',
      '/ROBOTS.TXT',
      '/assets/pico/pico.css',
      '/assets/site.webmanifest',
    ])('%s is not', async (path) => {
      expect((await get(path)).status).toBe(404);
    });
  });

  describe('takes little room:', () => {
    const KIB = 1024;
    const [css, js] = [/<link rel="stylesheet" href="([^"]+)"/g, /<script[^>]* src="([^"]+)"/g];
    const compressed = (path: string, headers = {}) =>
      get(path.replaceAll('&#x3D;', '='), { ...headers, 'accept-encoding': 'gzip, br' });

    /** What a browser fetches before it shows a page, in bytes. */
    async function firstView(path: string, headers: Record<string, string> = {}) {
      const page = await compressed(path, headers);
      const html = decoded(page).toString();
      const [sheets, scripts] = [css, js].map((links) => [...html.matchAll(links)].map(([, link]) => link!));
      expect(sheets).toHaveLength(1);
      const sizeOf = async (links: string[]) => {
        const files = await Promise.all(links.map((link) => compressed(link)));
        expect(files.map(({ status }) => status)).toEqual(links.map(() => 200));
        return files.reduce((sum, { body }) => sum + body.length, 0);
      };
      const [styles, code] = [await sizeOf(sheets!), await sizeOf(scripts!)];
      return { all: page.body.length + styles + code };
    }

    it.each(['/', '/login', '/register'])('the first view of %s 25 KiB', async (path) => {
      const { all } = await firstView(path);
      expect([path, all, all <= 25 * KIB]).toEqual([path, expect.any(Number), true]);
    });

    it.each(['/admin', '/admin/users', '/account'])('the first view of %s too', async (path) => {
      const { all } = await firstView(path, { cookie: admin.cookie });
      expect([path, all, all <= 25 * KIB]).toEqual([path, expect.any(Number), true]);
    });

    it('all scripts together 20 KiB', async () => {
      const ours = readdirSync(join(__dirname, '../public'), { recursive: true, encoding: 'utf8' });
      const scripts = ours.filter((name) => name.endsWith('.js')).map((name) => `/assets/${name}`);
      const files = await Promise.all(
        [...scripts, '/assets/simplewebauthn/index.umd.min.js'].map((path) => compressed(path)),
      );
      expect(files.reduce((sum, { body }) => sum + body.length, 0)).toBeLessThanOrEqual(20 * KIB);
    });
  });

  describe('of pages', () => {
    const cookie = () => ({ cookie: admin.cookie });

    it.each([
      ['/', 200],
      ['/admin', 303],
      ['/no/such/page', 404],
    ])('is compressed as a visitor’s browser can take it: %s', async (path, status) => {
      const plain = await get(path);
      expect([plain.status, plain.headers['content-encoding']]).toEqual([status, undefined]);
      expect(plain.headers.vary).toMatch(/Cookie, Accept-Encoding/);
      for (const [accepted, encoding] of [
        ['gzip, deflate, br', 'br'],
        ['gzip', 'gzip'],
        ['identity', undefined],
      ] as const) {
        const page = await get(path, { 'accept-encoding': accepted });
        expect(page.headers['content-encoding']).toBe(status === 303 ? undefined : encoding);
        expect(page.headers.vary).toBe(plain.headers.vary);
        expect(decoded(page).toString()).toBe(plain.body.toString());
      }
    });

    it('is compressed for who is signed in too, and kept by nobody', async () => {
      for (const path of ['/admin', '/admin/users', '/account']) {
        const { headers, body } = await get(path, { ...cookie(), 'accept-encoding': 'br' });
        expect([headers['content-encoding'], headers['cache-control']]).toEqual(['br', 'no-store']);
        expect(decoded({ headers, body }).toString()).toContain('Sign out');
      }
    });

    it('is not compressed where there is little of it', async () => {
      const { headers } = await get('/health/live', { 'accept-encoding': 'br, gzip' });
      expect(headers['content-encoding']).toBeUndefined();
      const problem = await get('/nowhere', { accept: 'application/json', 'accept-encoding': 'gzip' });
      expect([problem.status, problem.headers['content-encoding']]).toEqual([404, undefined]);
    });

    it('is "not modified" for who has it, compressed or not, and HEAD says the same without it', async () => {
      for (const encoding of ['br', 'gzip', 'identity']) {
        const page = await get('/', { 'accept-encoding': encoding });
        const again = await get('/', { 'accept-encoding': encoding, 'if-none-match': page.headers.etag! });
        expect([again.status, again.body.length, again.headers['content-encoding']]).toEqual([304, 0, undefined]);
        expect(again.headers.vary).toMatch(/Cookie, Accept-Encoding/);
        const head = await get('/', { 'accept-encoding': encoding }, 'HEAD');
        expect([head.status, head.body.length, head.headers.etag]).toEqual([200, 0, page.headers.etag]);
      }
    });
  });

  describe('where a page shows a secret', () => {
    let token: string;
    let values: Record<string, string | number>;

    beforeAll(async () => {
      const bare = { passwordHash: '', active: true, roles: ['User'], name: 'Grace' };
      const { id } = await site.app.get(UsersService).create(operator, { ...bare, email: 'grace@example.org' });
      const others = await valuesOf(site, id);
      await admin.post(`/admin/users/${id}/link`);
      token = /\/welcome\/([^"]+)"/.exec((await admin.get(`/admin/users/${id}/link`)).body)![1]!;
      values = { ...others, '/welcome/:token': token };
    });

    it('is compressed by nobody and kept nowhere, and repeats nothing that somebody else could choose', async () => {
      const secretive: string[] = [];
      const guess = 'somebodysguess';
      for (const { method, path } of site.app.get(AccessMap).routes) {
        if (method !== 'GET' || path === '/parts') continue;
        const query = `?${['q', 'search', 'next', 'after', 'route', 'role', 'reason', 'x'].map((name) => `${name}=${guess}`).join('&')}`;
        for (const suffix of ['', query]) {
          const headers = { cookie: admin.cookie, 'accept-encoding': 'br, gzip' };
          const page = await get(filled(path, values) + suffix, headers);
          const text = decoded(page).toString();
          if (!text.includes(token)) continue;
          secretive.push(`${path}${suffix && '?'}`);
          expect(page.headers['content-encoding']).toBeUndefined();
          expect(page.headers['cache-control']).toBe('no-store, no-transform');
          expect(text).not.toContain(guess);
        }
      }
      expect(secretive).toEqual(['/admin/users/:id/link', '/admin/users/:id/link?']);
    });
  });

  describe('of downloads', () => {
    it.each([
      ['br', () => createBrotliDecompress()],
      ['gzip', () => createGunzip()],
      ['identity', null],
    ] as const)('comes part by part, %s', async (encoding, decoder) => {
      let goOn!: () => void;
      betweenTheParts = () => new Promise<void>((resolve) => (goOn = resolve));
      const text = await new Promise<string>((resolve, reject) => {
        httpGet(`${site.origin}/parts`, { headers: { 'accept-encoding': encoding } }, (response) => {
          expect(response.headers['content-encoding']).toBe(decoder ? encoding : undefined);
          let received = '';
          (decoder ? response.pipe(decoder()) : response)
            .on('data', (chunk: Buffer) => {
              received += chunk.toString();
              if (received === 'the first part\r\n') goOn();
            })
            .on('end', () => resolve(received))
            .on('error', reject);
        }).on('error', reject);
      });
      expect(text).toBe('the first part\r\nthe last part\r\n');
    });

    it('ends quietly for who goes away in the middle, compressed too', async () => {
      const logged = jest.spyOn(process.stderr, 'write');
      for (const encoding of ['br', 'gzip', 'identity']) {
        const reached = new Promise<void>((hasReached) => {
          betweenTheParts = () =>
            new Promise<void>((goOn) => {
              request.destroy();
              hasReached();
              setImmediate(goOn);
            });
        });
        const request = httpGet(`${site.origin}/parts`, { headers: { 'accept-encoding': encoding } });
        request.on('error', () => undefined);
        await reached;
      }
      expect((await get('/health/live')).status).toBe(200);
      expect(logged.mock.calls.map(([line]) => String(line))).toEqual([]);
      logged.mockRestore();
    });

    it('is CSV that Excel reads as UTF-8, and JSON lines without a mark', async () => {
      const headers = { cookie: admin.cookie };
      for (const path of ['/admin/users/export', '/admin/audit/export', '/admin/audit/export?format=csv']) {
        const { body } = await get(path, headers);
        expect(body.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
        expect(body.indexOf('\uFEFF', 3)).toBe(-1);
        expect(body.toString().replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
      }
      expect((await get('/admin/audit/export?format=jsonl', headers)).body[0]).toBe('{'.charCodeAt(0));
    });
  });

  it('sends a password manager on to the page that changes a password', async () => {
    for (const person of [site.visitor(), admin]) {
      const { status, location } = await person.get('/.well-known/change-password');
      expect([status, location]).toEqual([303, '/account/password']);
    }
    const missing = await get('/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200');
    expect(missing.status).toBe(404);
  });
});

function decoded({ headers, body }: { headers: IncomingHttpHeaders; body: Buffer }): Buffer {
  if (headers['content-encoding'] === 'br') return brotliDecompressSync(body);
  return headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
}
