import { All, Controller, Get, Head, Post, type Type } from '@nestjs/common';
import { AccessFaults } from '../src/access/access-map';
import {
  AnyOf,
  Authenticated,
  Permissions,
  permissions,
  Public,
  Roles,
  roles,
  SignedOut,
} from '../src/access/decorators';
import { Site } from './support/site';

const nothing = [] as unknown as ['Admin'];
const noPermission = [] as unknown as ['audit-read'];
const noAlternative = [] as unknown as [ReturnType<typeof roles>];
const unknownRole = ['Amdin'] as unknown as ['Admin'];
const unknownPermission = ['users-raed'] as unknown as ['users-read'];

/** Why the site does not start with these controllers; nothing when it does. */
async function faultsOf(...controllers: Type[]): Promise<readonly string[]> {
  try {
    await (await Site.start({}, controllers)).stop();
    return [];
  } catch (error) {
    if (error instanceof AccessFaults) return error.faults;
    throw error;
  }
}

/** A controller whose class and whose one handler wear these. */
function wearing(onClass: ClassDecorator[], onHandler: MethodDecorator[]): Type {
  class Pages {
    page(): string {
      return 'opened';
    }
  }
  const page = Object.getOwnPropertyDescriptor(Pages.prototype, 'page')!;
  for (const decorate of [...onHandler].reverse()) decorate(Pages.prototype, 'page', page);
  Get('page')(Pages.prototype, 'page', page);
  for (const decorate of [...onClass].reverse()) decorate(Pages);
  Controller('added')(Pages);
  return Pages;
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
    const faults = await faultsOf(wearing(onClass, onHandler));
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(/^Pages\.page /);
    expect(faults[0]).toMatch(why);
  });

  it('of a class that extends a guarded one and calls itself public', async () => {
    @Roles('Admin')
    class Guarded {
      page(): string {
        return 'opened';
      }
    }
    @Controller('added')
    class Opened extends Guarded {
      @Public()
      @Get()
      override page(): string {
        return super.page();
      }
    }
    expect(await faultsOf(Opened)).toEqual([expect.stringMatching(/^Opened\.page @Public\(\) contradicts/)]);
  });

  it('whose rule an overriding one contradicts', async () => {
    class Guarded {
      @Roles('Admin')
      page(): string {
        return 'opened';
      }
    }
    @Controller('added')
    class Opened extends Guarded {
      @Public()
      @Get()
      override page(): string {
        return super.page();
      }
    }
    expect(await faultsOf(Opened)).toEqual([expect.stringMatching(/^Opened\.page @Public\(\) contradicts/)]);
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
    expect(await faultsOf(Inheriting)).toEqual([expect.stringMatching(/^Inheriting\.page declares no rule/)]);
  });

  it('that another one hides: the access map would tell of the wrong rule', async () => {
    @Controller()
    @Public()
    class Hiding {
      @Get('admin')
      page(): string {
        return 'opened';
      }
    }
    expect(await faultsOf(Hiding)).toEqual([
      expect.stringMatching(/^AdminController\.index is never reached: .* reaches Hiding\.page/),
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
    const faults = await faultsOf(One, Two);
    expect(faults.map((fault) => fault.split(' ')[0])).toEqual(['One.post', 'One.all', 'One.head', 'Two.list']);
  });
});

it('starts with handlers that all have a rule', async () => {
  expect(
    await faultsOf(wearing([Roles('Admin')], [Permissions('audit-read'), AnyOf(permissions('user-read'))])),
  ).toEqual([]);
});
