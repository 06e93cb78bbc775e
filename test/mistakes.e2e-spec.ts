import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import {
  All,
  Body,
  Controller,
  Get,
  Head,
  Inject,
  Injectable,
  Module,
  Post,
  SetMetadata,
  type MiddlewareConsumer,
  type Type,
} from '@nestjs/common';
import { DiscoveryService, HttpAdapterHost } from '@nestjs/core';
import {
  Column,
  DataSource,
  Entity,
  PrimaryGeneratedColumn,
  type DataSourceOptions,
  type MigrationInterface,
} from 'typeorm';
import { AccessFaults, AccessMap } from '../src/access/access-map';
import type { RoleInCode } from '../src/access/catalogue';
import {
  AnyOf,
  Authenticated,
  CurrentUser,
  Found,
  OnlyWhile,
  ownAccount,
  Permissions,
  permissions,
  Public,
  recordById,
  recordRule,
  Roles,
  roles,
  SignedOut,
  When,
  when,
} from '../src/access/decorators';
import { listMounts } from '../src/access/mounts';
import { EndsWithAccount } from '../src/accounts/account-end';
import { readSettings } from '../src/config/settings';
import { connectionOptions } from '../src/database/connection-options';
import { ensureTablesOf } from '../src/database/entity-tables';
import { checkFeatures, defineFeature, type Feature } from '../src/feature';
import { FeaturesCheck } from '../src/features-check';
import { Form } from '../src/forms/form';
import { file } from '../src/forms/sent-file';
import { features } from '../src/registered-features';
import type { SiteAdapter } from '../src/web/site-adapter';
import { TakesFile } from '../src/web/takes-file';
import { adapterOf, afterRoutes, answer, express, feed, nest, reports, routeAt, serverOf } from './support/mounting';
import { Site, testEnvironment, type Added } from './support/site';

const carrying = (permission: string): Record<string, RoleInCode> => ({
  Kiosk: { description: '', permissions: [permission as 'audit-read'] },
});

class Undated implements MigrationInterface {
  up = () => Promise.resolve();
  down = () => Promise.resolve();
}

/** Why the site does not start with what was added; nothing when it does. It has listened at no time. */
async function faultsWith(added: Added): Promise<readonly string[]> {
  let hasListened = false;
  try {
    const site = await Site.startWith({
      ...added,
      beforeListening: async (app) => {
        app.getHttpServer().on('listening', () => (hasListened = true));
        await added.beforeListening?.(app);
      },
    });
    await site.stop();
    return [];
  } catch (error) {
    if (!(error instanceof AccessFaults)) throw error;
    expect(hasListened).toBe(false);
    return error.faults;
  }
}

const nothing = [] as unknown as ['Admin'];
const noPermission = [] as unknown as ['audit-read'];
const noAlternative = [] as unknown as [ReturnType<typeof roles>];
const unknownRole = ['Amdin'] as unknown as ['Admin'];
const unknownPermission = ['users-raed'] as unknown as ['users-read'];
const noRecord = undefined as unknown as typeof ownAccount;

/** A controller whose class and whose one handler wear these. */
function wearing(onClass: ClassDecorator[], onHandler: MethodDecorator[], path: string | string[] = 'page'): Type {
  class Pages {
    page(): string {
      return 'opened';
    }
  }
  const page = Object.getOwnPropertyDescriptor(Pages.prototype, 'page')!;
  for (const decorate of [...onHandler].reverse()) decorate(Pages.prototype, 'page', page);
  Get(path)(Pages.prototype, 'page', page);
  for (const decorate of [...onClass].reverse()) decorate(Pages);
  Controller('added')(Pages);
  return Pages;
}

/** A public controller at a path, with a handler for each of these. */
function pages(name: string, at: string | string[], handlers: Record<string, MethodDecorator>): Type {
  const controller = { [name]: class {} }[name] as Type;
  for (const [method, decorate] of Object.entries(handlers)) {
    Object.defineProperty(controller.prototype, method, { value: () => method, configurable: true, writable: true });
    decorate(controller.prototype as object, method, Object.getOwnPropertyDescriptor(controller.prototype, method)!);
  }
  Public()(controller);
  Controller(at)(controller);
  return controller;
}

describe('the site does not start with a handler', () => {
  it.each<[string, ClassDecorator[], MethodDecorator[], RegExp]>([
    ['without a rule on itself or its class', [], [], /declares no rule/],
    ['with an empty list of roles', [], [Roles(...nothing)], /@Roles has an empty list/],
    ['with an empty list of permissions', [], [Permissions(...noPermission)], /@Permissions has an empty list/],
    ['with an empty list of alternatives', [], [AnyOf(...noAlternative)], /@AnyOf has an empty list/],
    ['with an empty alternative', [], [AnyOf(roles(...nothing))], /empty list/],
    ['with an empty list on its class', [Roles(...nothing)], [Authenticated()], /@Roles has an empty list/],
    ['that names an unknown role', [], [Roles(...unknownRole)], /unknown role "Amdin"/],
    ['that names an unknown permission', [Permissions(...unknownPermission)], [], /unknown permission "users-raed"/],
    ['that names no record', [], [When(noRecord)], /@When names no rule about a record/],
    ['with @Public() above @Roles()', [], [Public(), Roles('Admin')], /@Public\(\) contradicts/],
    ['with @Public() below @Roles()', [], [Roles('Admin'), Public()], /@Public\(\) contradicts/],
    ['with both on its class', [Public(), Roles('Admin')], [], /@Public\(\) contradicts/],
    ['with both on its class the other way round', [Roles('Admin'), Public()], [], /@Public\(\) contradicts/],
    ['with @Public() on itself and @Roles() on its class', [Roles('Admin')], [Public()], /@Public\(\) contradicts/],
    ['with @Roles() on itself and @Public() on its class', [Public()], [Roles('Admin')], /@Public\(\) contradicts/],
    ['with @SignedOut() and a permission', [SignedOut()], [Permissions('user-read')], /@SignedOut\(\) contradicts/],
    ['with @Public() and @SignedOut()', [Public()], [SignedOut()], /contradicts/],
    ['with @Public() and @Authenticated()', [Authenticated()], [Public()], /@Public\(\) contradicts/],
  ])('%s, and says which', async (_case, onClass, onHandler, why) => {
    const faults = await faultsWith({ controllers: [wearing(onClass, onHandler)] });
    expect(faults).toEqual([expect.stringMatching(/^Pages\.page /)]);
    expect(faults[0]).toMatch(why);
  });

  it.each<[string, string | string[], MethodDecorator]>([
    ['has not', 'page', When(ownAccount)],
    ['has under another name', ':user', When(ownAccount)],
    ['may leave out', '{:id}', When(ownAccount)],
    ['has as a wildcard', '*id', When(ownAccount)],
    ['has in one of two', [':id', 'mine'], When(ownAccount)],
    ['has not, as an alternative', 'page', AnyOf(permissions('users-read'), when(ownAccount))],
  ])('whose rule is about a record that its path %s, and says which', async (_case, path, rule) => {
    expect(await faultsWith({ controllers: [wearing([], [rule], path)] })).toEqual([
      expect.stringMatching(/^Pages\.page @When\(your own account\) needs :id in its path: GET \/added/),
    ]);
  });

  class Nowhere {}
  const lost = { from: Nowhere, find: () => Promise.resolve(null) };
  const lostRule = recordRule({ ...lost, name: 'a lost record', parameter: 'id', holds: () => true });
  const lostRecord = recordById({ from: Nowhere, findById: () => Promise.resolve(null) });
  const aFile = file({ types: ['image/png'], most: 1, otherType: 'Choose a picture.' });

  @Controller('added/:id')
  @Authenticated()
  class Finding {
    @Get()
    page(@Found(lostRecord) record: unknown) {
      return record;
    }
  }
  @Controller('added')
  @Authenticated()
  class FindingNothing {
    @Get()
    page(@Found(ownAccount) record: unknown) {
      return record;
    }
  }
  @Controller('added')
  @Public()
  class ForVisitors {
    @Get()
    page(@CurrentUser() user: unknown) {
      return user;
    }
  }
  @Controller('added')
  @Public()
  class FilesOfVisitors {
    @Post()
    @TakesFile(new Form({ view: 'errors/refused', fields: { aFile } }))
    page(@Body() body: unknown) {
      return body;
    }
  }

  it.each<[string, Type, string]>([
    [
      'whose rule finds its record by a class that no module provides',
      wearing([], [When(lostRule)], ':id'),
      'Pages.page finds its record by Nowhere, which no module provides',
    ],
    [
      'that takes a record which a class finds that no module provides',
      Finding,
      'Finding.page finds its record by Nowhere, which no module provides',
    ],
    [
      'that takes a record which its path does not name',
      FindingNothing,
      'FindingNothing.page @Found needs :id in its path: GET /added has none',
    ],
    [
      'that takes the current user, and visitors reach',
      ForVisitors,
      'ForVisitors.page takes @CurrentUser(), but its rule lets visitors in: take @CurrentUserOrNull()',
    ],
    [
      'that takes a file, and visitors reach',
      FilesOfVisitors,
      'FilesOfVisitors.page takes a file, but its rule lets visitors in',
    ],
  ])('%s', async (_case, controller, fault) => {
    expect(await faultsWith({ controllers: [controller] })).toEqual([fault]);
  });

  it('whose path the router reads otherwise', async () => {
    expect(await faultsWith({ controllers: [wearing([Public()], [], 'files/*')] })).toEqual([
      expect.stringMatching(/^Pages\.page has a path that matches nothing: .*\/added\/files\/\*/),
    ]);
  });

  it.each<[string, ClassDecorator[], MethodDecorator[]]>([
    ['the class that its own extends', [Roles('Admin')], []],
    ['the handler that it overrides', [], [Roles('Admin')]],
  ])('that is public against the rule of %s', async (_case, onClass, onHandler) => {
    const Guarded = wearing(onClass, onHandler) as Type<{ page(): string }>;
    @Controller('added')
    class Opened extends Guarded {
      @Public()
      @Get()
      override page(): string {
        return super.page();
      }
    }
    expect(await faultsWith({ controllers: [Opened] })).toEqual([
      expect.stringMatching(/^Opened\.page @Public\(\) contradicts/),
    ]);
  });

  it('that is inherited without a rule', async () => {
    class Plain {
      @Get()
      page(): string {
        return 'opened';
      }
    }
    @Controller('added')
    class Inheriting extends Plain {}
    expect(await faultsWith({ controllers: [Inheriting] })).toEqual([
      expect.stringMatching(/^Inheriting\.page declares no rule/),
    ]);
  });

  it('and it names all of them at once, whatever the method of the route', async () => {
    @Controller('one')
    class One {
      @Post()
      post(): void {}
      @All('anything')
      all(): void {}
      @Head('head')
      head(): void {}
      @Public()
      @Get()
      fine(): void {}
    }
    @Controller('two')
    class Two {
      @Get(['a', 'b'])
      @Roles(...nothing)
      list(): void {}
    }
    const faults = await faultsWith({ controllers: [One, Two] });
    expect(faults.map((fault) => fault.split(' ')[0])).toEqual(['One.post', 'One.all', 'One.head', 'Two.list']);
  });
});

describe('the site does not start with a route that another one hides', () => {
  const show = { show: Get(':id') };
  const add = { add: Get('new') };

  it.each<[string, Type[], string]>([
    [
      'in its controller',
      [pages('Bands', 'bands', { ...show, ...add })],
      'Bands.add is never reached: each request for GET /bands/new reaches Bands.show (GET /bands/:id); declare it first',
    ],
    [
      'in another controller',
      [pages('Bands', 'bands', show), pages('NewBand', 'bands', add)],
      'NewBand.add is never reached: each request for GET /bands/new reaches Bands.show (GET /bands/:id); declare it first',
    ],
    [
      'by all methods',
      [pages('Bands', 'bands', { any: All(':id'), add: Post('new') })],
      'Bands.add is never reached: each request for POST /bands/new reaches Bands.any (ALL /bands/:id); declare it first',
    ],
    [
      'by other capitals',
      [pages('Bands', 'Bands', add), pages('NewBand', 'bands', add)],
      'NewBand.add is never reached: each request for GET /bands/new reaches Bands.add (GET /Bands/new); give one of them another path',
    ],
    [
      'by a part that may be left out',
      [pages('Bands', 'bands', { list: Get('{:id}'), ...add })],
      'Bands.add is never reached: each request for GET /bands/new reaches Bands.list (GET /bands/{:id}); declare it first',
    ],
    [
      'by a wildcard',
      [pages('Bands', 'bands', { any: Get('*path') }), pages('NewBand', 'bands/new', { add: Get('later') })],
      'NewBand.add is never reached: each request for GET /bands/new/later reaches Bands.any (GET /bands/*path); declare it first',
    ],
    [
      'by several that share its requests',
      [pages('Bands', 'bands', { list: Get(), ...show, both: Get('{new}') })],
      'Bands.both is never reached: each request for GET /bands/{new} reaches Bands.list (GET /bands) or Bands.show (GET /bands/:id); declare it first',
    ],
    [
      'by the other prefix of its controller',
      [pages('Bands', [':any', 'bands'], { list: Get('list') })],
      'Bands.list is never reached: each request for GET /bands/list reaches Bands.list (GET /:any/list); declare it first',
    ],
    [
      'by one of ours',
      [pages('Hiding', '', { page: Get('admin') })],
      'Hiding.page is never reached: each request for GET /admin reaches AdminController.index (GET /admin); give one of them another path',
    ],
  ])('%s, and names both', async (_case, controllers, fault) => {
    expect(await faultsWith({ controllers })).toContain(fault);
  });

  it('while a setting switches that one off', async () => {
    const off = pages('Bands', 'bands', show);
    OnlyWhile('REGISTRATION', 'closed')(off);
    expect(await faultsWith({ controllers: [off, pages('NewBand', 'bands', add)] })).toEqual([
      expect.stringMatching(/^NewBand\.add is never reached/),
    ]);
  });

  it('but it does with the same in their right order, and each is reached', async () => {
    const site = await Site.startWith({ controllers: [pages('Bands', 'bands', { ...add, ...show, any: All(':id') })] });
    expect((await site.visitor().get('/bands/new')).body).toBe('add');
    expect((await site.visitor().get('/bands/7')).body).toBe('show');
    expect((await site.visitor().send('PUT', '/bands/new')).body).toBe('any');
    await site.stop();
  });
});

/** A provider that does this with the adapter as Nest makes it. */
function making(does: (adapter: SiteAdapter) => void): Type {
  @Injectable()
  class Making {
    constructor(@Inject(HttpAdapterHost) { httpAdapter }: HttpAdapterHost<SiteAdapter>) {
      does(httpAdapter);
    }
  }
  return Making;
}

let registered: string[] = [];

@Module({})
class ReportsModule {
  configure(consumer: MiddlewareConsumer): void {
    registered.push('middleware');
    consumer.apply(answer).forRoutes('reports');
  }
}

@Module({})
class EverywhereModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(answer).forRoutes('{*path}');
  }
}

/** What `@WebSocketGateway()` and `@MessagePattern()` write; their packages are not installed. */
@SetMetadata('websockets:is_gateway', true)
class NewsGateway {}

@Controller()
class Jobs {
  @SetMetadata('microservices:pattern', ['job'])
  handle(): void {}
}

describe('the site does not start when something answers that no rule judges', () => {
  it.each<[string, Added, RegExp]>([
    ['middleware of a module', { imports: [ReportsModule] }, /^the middleware of ReportsModule answers at \/reports/],
    ['middleware for every path', { imports: [EverywhereModule] }, /^the middleware of EverywhereModule answers at/],
    [
      'a router that a module mounts as it is made',
      { providers: [making((adapter) => void adapter.use('/reports', reports()))] },
      /^router answers at \/reports/,
    ],
    [
      'a router that a module mounts after the routes',
      { providers: [afterRoutes((adapter) => void adapter.use('/reports', reports()))] },
      /^router answers at \/reports/,
    ],
    [
      'a router that main.ts mounts on the application',
      { beforeListening: (app) => app.use('/reports', reports()) },
      /^router answers at \/reports/,
    ],
    [
      'a router that main.ts mounts on Express',
      { beforeListening: (app) => express(app).use('/reports', reports()) },
      /^router answers at \/reports/,
    ],
    [
      'a router that comes after everything',
      { beforeListening: async (app) => (await app.init()).use(reports()) },
      /^router answers at every path/,
    ],
    [
      'a handler beside the controllers',
      { beforeListening: (app) => nest(app).get('/reports', answer) },
      /^answer answers at GET \/reports/,
    ],
    [
      'a handler for every method',
      { beforeListening: (app) => nest(app).all('/reports', answer) },
      /^answer answers at ALL \/reports/,
    ],
    [
      'a handler before the one of a known route',
      { beforeListening: (app) => nest(app).get('/admin', answer) },
      /^answer answers at GET \/admin/,
    ],
    [
      'a handler under the name of a known one',
      {
        beforeListening: (app) =>
          nest(app).get(
            '/admin',
            Object.defineProperty(() => {}, 'name', { value: 'AdminController.index' }),
          ),
      },
      /^AdminController\.index answers at GET \/admin/,
    ],
    [
      'a second handler on a known route',
      { beforeListening: async (app) => (await app.init(), routeAt(app, '/admin').get(answer)) },
      /^GET \/admin has a second handler, answer/,
    ],
    [
      'a handler of a parameter',
      { beforeListening: (app) => express(app).param('id', answer) },
      /^The parameter :id has a handler of its own/,
    ],
    [
      'a folder of files',
      { beforeListening: (app) => app.useStaticAssets(__dirname) },
      /^serveStatic answers at every path/,
    ],
    ['CORS', { beforeListening: (app) => app.enableCors() }, /^corsMiddleware answers at every path/],
    [
      'a handler in place of the page for what is not found',
      { providers: [making((adapter) => adapter.setNotFoundHandler(answer))] },
      /answers at every path/,
    ],
    [
      'a hook for every request',
      { beforeListening: (app) => adapterOf(app).setOnRequestHook() },
      /^A request hook is judged by no rule/,
    ],
    [
      'a listener for upgrades',
      { beforeListening: (app) => serverOf(app).on('upgrade', function sockets() {}) },
      /^sockets hears upgrade on the HTTP server/,
    ],
    [
      'a listener for tunnels',
      { beforeListening: (app) => serverOf(app).on('connect', () => {}) },
      /^an unnamed function hears connect on the HTTP server/,
    ],
    [
      'a second listener for requests',
      { beforeListening: (app) => serverOf(app).on('request', answer) },
      /^answer hears request on the HTTP server/,
    ],
    ['a WebSocket gateway', { providers: [NewsGateway] }, /^NewsGateway is a WebSocket gateway/],
    ['a handler of messages', { controllers: [Jobs] }, /^Jobs\.handle handles messages of a microservice/],
    [
      'a mount that is not listed',
      { providers: [afterRoutes((adapter) => adapter.mount([feed, answer]))] },
      /^"calendar feed" is mounted, but no module lists it/,
    ],
    [
      'nothing, though a mount is listed',
      { providers: [listMounts([feed])] },
      /^"calendar feed" is listed, but not mounted/,
    ],
    [
      'a route at another place of the router than of the map',
      { providers: [afterRoutes(({ router: { stack } }) => stack.push(...stack.splice(-2, 1)))] },
      /^The router has .* where the access map has /,
    ],
  ])('%s, and says where', async (_case, added, fault) => {
    const faults = await faultsWith(added);
    expect(faults).toEqual([expect.stringMatching(fault)]);
  });

  it('a gateway, before Nest registers anything: it could listen by itself', async () => {
    registered = [];
    expect(await faultsWith({ providers: [NewsGateway], imports: [ReportsModule] })).toHaveLength(1);
    expect(registered).toEqual([]);
  });

  it('a router, whoever tells the server to listen', async () => {
    const faults = await faultsWith({
      beforeListening: async (app) => {
        await app.init();
        app.use('/reports', reports());
        serverOf(app).listen(0);
      },
    });
    expect(faults).toEqual([expect.stringMatching(/^router answers at \/reports/)]);
  });
});

describe('the site does not start with a feature', () => {
  let site: Site;

  beforeAll(async () => (site = await Site.start()));
  afterAll(() => site.stop());

  const kiosks = (more: Partial<Feature>) => defineFeature({ name: 'kiosks', links: [], ...more });

  it.each<[string, Partial<Feature>, RegExp]>([
    ['of a name that another has', { name: 'users' }, /Two features are called "users"/],
    ['with a permission of another', { permissions: { 'audit-read': '' } }, /Two features bring .*"audit-read"/],
    [
      'with a role of another',
      { roles: { Admin: carrying('audit-read').Kiosk! } },
      /The role "Admin" is brought twice/,
    ],
    [
      'with a role that carries what nobody brings',
      { roles: carrying('kiosks-raed') },
      /"Kiosk" carries .*"kiosks-raed"/,
    ],
    ['with a migration of no time', { migrations: [Undated] }, /migration Undated must end with the time/],
  ])('%s and the sentence names it', (_case, more, sentence) => {
    expect(() => checkFeatures([...features, kiosks(more)])).toThrow(sentence);
  });

  const check = (feature: Feature) =>
    new FeaturesCheck([feature], site.app.get(AccessMap), site.app.get(DiscoveryService)).onApplicationBootstrap();

  it.each(['GET /no-such-page', 'POST /logout', 'GET /admin/users/:id', '/admin'])(
    'and whose link leads to "%s" refuses the start',
    (to) => {
      expect(() => check(kiosks({ links: [{ to, label: 'Kiosks' }] }))).toThrow(
        `The link "Kiosks" of the feature kiosks leads to "${to}", which is no page without parameters`,
      );
    },
  );

  it('and whose part of a hook no module provides refuses the start', () => {
    @EndsWithAccount
    @Injectable()
    class KiosksEnd {
      whenDeleted = () => Promise.resolve();
    }
    expect(() => check(kiosks({}))).toThrow(`${KiosksEnd.name} takes part in a hook, but no module provides it`);
  });

  it('and whose entity is in no list, or has no table, refuses the start', async () => {
    @Entity('kiosks')
    class Kiosk {
      @PrimaryGeneratedColumn()
      id!: number;

      @Column({ length: 10 })
      name!: string;
    }
    expect(() => checkFeatures(features)).toThrow('The entity Kiosk is no feature’s'.replace('’', "'"));

    const options = await connectionOptions(readSettings(testEnvironment(site.database.url)), 'read');
    const source = new DataSource({ ...options, entities: [Kiosk] } as DataSourceOptions);
    await source.initialize();
    try {
      await expect(ensureTablesOf(source)).rejects.toThrow('The entity Kiosk has no table "kiosks"');
      await site.database.change('CREATE TABLE kiosks (id INTEGER PRIMARY KEY)');
      await expect(ensureTablesOf(source)).rejects.toThrow('without all of its columns');
    } finally {
      await source.destroy();
      await site.database.change('DROP TABLE kiosks');
    }
  });
});

describe('there is no build', () => {
  it('with a command, an entity or a migration that its feature does not list, and it names the file', async () => {
    const root = await mkdtemp(join(tmpdir(), 'mfo-forgotten-'));
    const forgotten = ['kiosk.command.ts', 'kiosk.entity.ts', 'migrations/1769040000000-add-kiosks.ts'];
    try {
      await mkdir(join(root, 'src/kiosks/migrations'), { recursive: true });
      await writeFile(join(root, 'src/main.ts'), "import './kiosks/kiosks.feature';\n");
      await writeFile(join(root, 'src/kiosks/kiosks.feature.ts'), 'export {};\n');
      for (const name of forgotten) await writeFile(join(root, 'src/kiosks', name), 'export {};\n');
      const script = pathToFileURL(join(__dirname, '../scripts/unreached.mjs')).href;
      const code = `import { unreachedFiles } from '${script}'; console.log(unreachedFiles(process.argv[1]).join('\\n'));`;
      const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code, root]);
      expect(stdout.trim().split('\n').sort()).toEqual(
        forgotten.map(
          (name) => `src/kiosks/${name} is imported by nothing: list what it brings in its feature, or delete it.`,
        ),
      );
    } finally {
      await rm(root, { recursive: true });
    }
  });
});
