import { Controller, Get, Post } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { AccessMap } from '../src/access/access-map';
import { Area, Authenticated, Permissions, Public, Title } from '../src/access/decorators';
import { Site } from './support/site';

@Controller('lineup')
@Area('Lineup', 'Plan the lineup')
@Authenticated()
class Lineup {
  @Get()
  show() {
    return 'shown';
  }

  @Post()
  plan() {
    return 'planned';
  }

  @Post('publish')
  @Permissions('admin-write')
  publish() {
    return 'published';
  }

  @Get('print')
  @Title('Print the lineup')
  print() {
    return 'printed';
  }

  @Get('feed')
  @Area('Feeds', 'Follow the lineup')
  feed() {
    return 'fed';
  }
}

/** Says anew what the other says, and what it says nothing about. */
@Controller('fringe')
@Area('Fringe')
class Fringe extends Lineup {
  @Get('print')
  override print() {
    return 'printed elsewhere';
  }

  @Get('feed')
  @Title('Follow the fringe')
  override feed() {
    return 'fed elsewhere';
  }
}

@Controller('untitled')
@Public()
class Untitled {
  @Get()
  page() {
    return 'untitled';
  }

  @Get('empty')
  @Area('', '')
  empty() {
    return 'untitled too';
  }
}

let site: Site;
let map: AccessMap;

beforeAll(async () => {
  site = await Site.start({}, [Lineup, Fringe, Untitled]);
  map = site.app.get(AccessMap);
});
afterAll(() => site.stop());

describe('a title', () => {
  const told = (name: string) => {
    const { title, area } = map.route(name)!;
    return [area, title];
  };

  it.each([
    ['GET /lineup', ['Lineup', 'Plan the lineup']],
    ['POST /lineup', ['Lineup', 'Plan the lineup']],
    ['GET /lineup/print', ['Lineup', 'Print the lineup']],
    ['GET /lineup/feed', ['Feeds', 'Follow the lineup']],
    ['GET /fringe', ['Fringe', 'Plan the lineup']],
    ['GET /fringe/print', ['Fringe', 'Print the lineup']],
    ['GET /fringe/feed', ['Feeds', 'Follow the fringe']],
    ['GET /untitled', [null, null]],
    ['GET /untitled/empty', [null, null]],
  ])('of %s is what stands nearest: %j', (name, words) => {
    expect(told(name)).toEqual(words);
  });

  it('stands for all routes that demand the same, and for no other', () => {
    expect(map.entryOf('POST /lineup')).toMatchObject({ name: 'GET /lineup', code: 'GET, POST /lineup' });
    expect(map.entryOf('POST /lineup')).toBe(map.entryOf('GET /lineup'));
    expect(map.entryOf('POST /lineup/publish')).toMatchObject({
      title: 'Plan the lineup',
      code: 'POST /lineup/publish',
    });
    expect(map.entries.flatMap(({ names }) => names).sort()).toEqual(
      map.routes.map(({ method, path }) => `${method} ${path}`).sort(),
    );
  });

  it('may be missing: the site starts all the same', async () => {
    expect((await site.visitor().get('/untitled')).body).toBe('untitled');
  });

  it('and an area stand on each route of the site itself', () => {
    const added = [Lineup, Fringe, Untitled].map(({ name }) => name);
    const routes = map.routes.filter(({ handler }) => !added.includes(handler.split('.')[0]!));
    expect(routes.length).toBeGreaterThan(40);
    expect(routes.filter(({ title, area }) => !title || !area)).toEqual([]);
  });
});

it('A controller has a name that no other has: faults, the map and its pages name a handler by it', () => {
  const names = site.app
    .get(DiscoveryService)
    .getControllers()
    .map(({ name }) => name as string);
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
});
