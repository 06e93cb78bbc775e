import { All, Body, Controller, Get, Head, HttpCode, Options, Post, Put, Query, Redirect, Scope } from '@nestjs/common';
import { AccessMap } from '../src/access/access-map';
import { AnyOf, Authenticated, OnlyWhile, permissions, Permissions, Public, Roles } from '../src/access/decorators';
import type { Person } from './support/person';
import { Site } from './support/site';

/** Every handler that was reached: what a refusal must leave empty. */
const reached: string[] = [];
const reach = (name: string) => {
  reached.push(name);
  return name;
};

abstract class Listing {
  @Get('inherited')
  inherited() {
    return reach('inherited');
  }

  @Get('overridden')
  @Permissions('audit-read')
  overridden() {
    return reach('overridden');
  }
}

@Controller('for-admins')
@Roles('Admin')
class ForAdmins extends Listing {}

@Controller('for-users')
@Authenticated()
class ForUsers extends Listing {
  @Get('overridden')
  override overridden() {
    return reach('overridden');
  }
}

@Controller(['festival', 'fair'])
@Roles('Admin')
class Aliases {
  @Get(['', 'stage/:id', 'files/*path', 'maybe{/:day}'])
  page() {
    return reach('alias');
  }

  @All('anything')
  @HttpCode(200)
  anything() {
    return reach('anything');
  }

  @Head('head')
  head() {
    return reach('head');
  }

  @Options('options')
  options() {
    return reach('options');
  }

  @Put('put')
  put() {
    return reach('put');
  }

  @Post('checked')
  checked(@Body({ transform: () => reach('pipe') }) _body: unknown) {
    return reach('checked');
  }

  @Get('away')
  @Redirect('/')
  away() {
    reach('away');
  }
}

@Controller({ path: 'each-request', scope: Scope.REQUEST })
@Roles('Admin')
class MadeForEachRequest {
  @Get()
  page() {
    return reach('each request');
  }
}

@Controller('both')
@Roles('User')
class Both {
  @Get()
  @AnyOf(permissions('audit-read'), permissions('admin-read', 'admin-write'))
  page() {
    return reach('both');
  }
}

@Controller('switched-off')
@Public()
@OnlyWhile('REGISTRATION', 'closed')
class SwitchedOff {
  @Get()
  page() {
    return reach('switched off');
  }
}

@Controller('open')
@Public()
class Open {
  @Get()
  page(@Query('x') x: string) {
    return reach(`open ${x}`);
  }
}

describe('a route that is added', () => {
  let site: Site;
  let user: Person;
  let admin: Person;

  beforeAll(async () => {
    site = await Site.start({}, [ForAdmins, ForUsers, Aliases, MadeForEachRequest, Both, SwitchedOff, Open]);
    user = await site.user();
    admin = await site.admin();
  });
  beforeEach(() => reached.splice(0));
  afterAll(() => site.stop());

  const forAdmins: [method: string, path: string][] = [
    ['GET', '/for-admins/inherited'],
    ['GET', '/for-admins/overridden'],
    ['GET', '/for-users/overridden'],
    ['GET', '/festival'],
    ['GET', '/fair'],
    ['HEAD', '/fair'],
    ['GET', '/FAIR/'],
    ['GET', '/festival/stage/7'],
    ['GET', '/fair/stage/7'],
    ['GET', '/fair/files/a/b/../c'],
    ['GET', '/fair/files/..%2fx'],
    ['GET', '/fair/maybe'],
    ['GET', '/festival/maybe/sunday'],
    ['GET', '/fair/anything'],
    ['POST', '/fair/anything'],
    ['DELETE', '/fair/anything'],
    ['PROPFIND', '/festival/anything'],
    ['OPTIONS', '/festival/anything'],
    ['HEAD', '/fair/head'],
    ['OPTIONS', '/fair/options'],
    ['PUT', '/fair/put'],
    ['POST', '/fair/checked'],
    ['GET', '/fair/away'],
    ['GET', '/each-request'],
    ['GET', '/both'],
  ];

  it.each(forAdmins)('%s %s is closed to visitors and users, and nothing of it runs', async (method, path) => {
    expect((await site.visitor().send(method, path)).location).toMatch(/^\/login/);
    expect((await user.send(method, path)).status).toBe(403);
    expect(reached).toEqual([]);
  });

  it.each(forAdmins)('%s %s is open to an administrator', async (method, path) => {
    const { status, location } = await admin.send(method, path);
    expect([status, location]).toEqual(
      path === '/fair/away' ? [302, '/'] : [method === 'POST' && path.endsWith('checked') ? 201 : 200, null],
    );
    expect(reached).not.toEqual([]);
  });

  it('is judged by the class that inherits it, not by the one that wrote it', async () => {
    expect((await user.get('/for-users/inherited')).body).toBe('inherited');
    expect((await site.visitor().get('/for-users/inherited')).status).toBe(303);
  });

  it('is unknown while its setting is another', async () => {
    for (const person of [site.visitor(), user, admin]) expect((await person.get('/switched-off')).status).toBe(404);
    expect(reached).toEqual([]);
  });

  it('is open to anyone when it says so', async () => {
    expect((await site.visitor().get('/open?x=1')).body).toBe('open 1');
  });

  it('answers no method it was not made for', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PROPFIND'])
      expect((await site.visitor().send(method, '/open')).status).toBe(404);
    expect(reached).toEqual([]);
  });

  it.each([
    ['GET', '/festival/stage/7?x=/open', 'GET /festival/stage/:id', 'Aliases.page'],
    ['GET', '/FAIR/files/a/b/', 'GET /fair/files/*path', 'Aliases.page'],
    ['get', '/fair/maybe', 'GET /fair/maybe{/:day}', 'Aliases.page'],
    ['HEAD', '/open', 'GET /open', 'Open.page'],
    ['DELETE', '/fair/anything', 'ALL /fair/anything', 'Aliases.anything'],
    ['GET', '/for-users/overridden', 'GET /for-users/overridden', 'ForUsers.overridden'],
  ])('is found on the access map as the router finds it: %s %s', (method, path, name, handler) => {
    const route = site.app.get(AccessMap).match(method, path);
    expect(`${route?.method} ${route?.path}`).toBe(name);
    expect(route?.handler).toBe(handler);
  });

  it.each([
    ['POST', '/open'],
    ['GET', '//open'],
    ['GET', '/open/x'],
    ['GET', '/switched-off'],
    ['GET', '/fair/files/'],
  ])('is not found where the router finds none: %s %s', async (method, path) => {
    expect(site.app.get(AccessMap).match(method, path)).toBeUndefined();
    expect((await admin.send(method, path)).status).toBe(404);
  });
});
