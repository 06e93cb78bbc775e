import type { NestExpressApplication } from '@nestjs/platform-express';
import { AccessMap } from '../src/access/access-map';
import { lockFile } from '../src/access/lock-file';
import { listMounts, Mounts } from '../src/access/mounts';
import { assetPaths } from '../src/web/assets';
import type { Layer } from '../src/web/layers';
import { adapterOf, afterRoutes, answer, express, feed, nest, reports, routeAt, serverOf } from './support/mounting';
import { Site } from './support/site';

describe('a mount that is listed', () => {
  it('answers, and stands in access.lock with its reason', async () => {
    const mounting = afterRoutes((adapter) => adapter.mount([feed, answer]));
    const site = await Site.startWith({ providers: [listMounts([feed]), mounting] });
    expect((await site.visitor().get('/calendar.ics')).body).toBe('unjudged');
    expect(lockFile(site.app.get(AccessMap).routes, site.app.get(Mounts).all)).toContain(
      '\ncalendar feed (/calendar.ics): read by calendars, which hold no session\n',
    );
    await site.stop();
  });
});

describe('once the site listens', () => {
  let site: Site;
  beforeAll(async () => {
    site = await Site.start();
  });
  afterAll(() => site.stop());

  it.each<[string, (app: NestExpressApplication) => unknown, string]>([
    ['a router', (app) => app.use('/reports', reports()), 'router, which answers at /reports, comes too late'],
    ['a handler', (app) => express(app).get('/reports', answer), 'which answers at'],
    ['a handler of the adapter', (app) => nest(app).get('/reports', answer), 'comes too late'],
    ['a second handler on a known route', (app) => routeAt(app, '/admin').get(answer), 'answer, which answers at'],
    ['a handler of a parameter', (app) => express(app).param('id', answer), 'not extensible'],
    ['a mount', (app) => adapterOf(app).mount([feed, answer]), 'comes too late'],
    ['a folder of files', (app) => app.useStaticAssets(__dirname), 'comes too late'],
    ['a listener', (app) => serverOf(app).once('upgrade', answer), 'answer, which hears upgrade on the HTTP server'],
  ])('%s is refused', async (_case, add, why) => {
    expect(() => add(site.app)).toThrow(why);
    expect((await site.visitor().get('/reports')).status).toBe(404);
    expect((await site.visitor().get('/admin')).status).toBe(303);
  });

  it('only files are served beside the routes', () => {
    const beside = adapterOf(site.app).router.stack.filter((layer) => !layer.route) as (Layer & {
      match(path: string): unknown;
    })[];
    const [files, ...others] = beside.filter((layer) => !layer.match('/'));
    expect(others).toEqual([]);
    const asked = [...assetPaths, '/x', '/assetsx', '/public', '/views'];
    expect(asked.filter((path) => files!.match(path))).toEqual(assetPaths);
  });
});
