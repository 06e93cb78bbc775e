import '../registered-features';
import { combine } from './combine';
import {
  AnyOf,
  Authenticated,
  declarationsOf,
  Fresh,
  Permissions,
  permissions,
  Public,
  Roles,
  roles,
  SignedOut,
  ownAccount,
  recordRule,
  When,
  when,
} from './decorators';

type Decorator = ClassDecorator & MethodDecorator;

/** The combined rule of a handler that wears these decorators, on its class and on itself. */
function ruleOf(onClass: Decorator[], onMethod: Decorator[]) {
  class Pages {
    handler(): void {}
  }
  const descriptor = Object.getOwnPropertyDescriptor(Pages.prototype, 'handler')!;
  for (const decorate of [...onMethod].reverse()) decorate(Pages.prototype, 'handler', descriptor);
  for (const decorate of [...onClass].reverse()) decorate(Pages);
  return combine(declarationsOf(Pages, descriptor.value as () => void));
}

function ruleOfMethod(controller: new () => { handler: () => void }) {
  const { handler } = controller.prototype as { handler: () => void };
  return combine(declarationsOf(controller, handler));
}

const nothing = [] as unknown as ['Admin'];
const noPermission = [] as unknown as ['audit-read'];

describe('the rule of a handler', () => {
  it('is what its decorator says', () => {
    expect(ruleOf([], [Public()])).toEqual({ rule: { kind: 'public' } });
    expect(ruleOf([SignedOut()], [])).toEqual({ rule: { kind: 'signed-out' } });
    expect(ruleOf([], [Authenticated()])).toEqual({
      rule: { kind: 'all-of', conditions: [{ kind: 'authenticated' }] },
    });
  });

  it('is all of what class and method say, in any order', () => {
    const both = [
      { kind: 'roles', anyOf: ['Admin'] },
      { kind: 'permissions', allOf: ['audit-read'] },
    ];
    expect(ruleOf([Roles('Admin')], [Permissions('audit-read')])).toEqual({
      rule: { kind: 'all-of', conditions: both },
    });
    expect(ruleOf([], [Roles('Admin'), Permissions('audit-read')])).toEqual({
      rule: { kind: 'all-of', conditions: both },
    });
  });

  it.each([
    ['nothing at all', [], [], /declares no rule/],
    ['@Roles() forced past the compiler', [], [Roles(...nothing)], /@Roles has an empty list/],
    ['@Permissions() forced past the compiler', [Permissions(...noPermission)], [], /@Permissions has an empty list/],
    [
      '@AnyOf() forced past the compiler',
      [],
      [AnyOf(...([] as unknown as [ReturnType<typeof roles>]))],
      /@AnyOf has an empty/,
    ],
    [
      'an empty alternative',
      [],
      [AnyOf(roles('Admin'), permissions(...noPermission))],
      /@Permissions has an empty list/,
    ],
    ['an unknown role', [], [Roles('Boss' as 'Admin')], /unknown role "Boss"/],
    ['an unknown permission', [], [Permissions('all' as 'audit-read')], /unknown permission "all"/],
    ['@Public() above @Roles()', [], [Public(), Roles('Admin')], /@Public\(\) contradicts/],
    ['@Public() below @Roles()', [], [Roles('Admin'), Public()], /@Public\(\) contradicts/],
    ['@Public() on the class of @Roles()', [Public()], [Roles('Admin')], /@Public\(\) contradicts/],
    ['@Public() on a method of a class with @Roles()', [Roles('Admin')], [Public()], /@Public\(\) contradicts/],
    ['@When() of nothing', [], [When(undefined as never)], /@When names no rule about a record/],
    ['@When() of a rule without a name', [], [When({ ...ownAccount, name: '' })], /@When names no rule/],
    ['an alternative about nothing', [], [AnyOf(roles('Admin'), when({} as never))], /@When names no rule/],
    ['@Public() with @When()', [Public()], [When(ownAccount)], /@Public\(\) contradicts/],
    ['@SignedOut() with @When()', [When(ownAccount)], [SignedOut()], /@SignedOut\(\) contradicts/],
    ['@Public() with @Fresh()', [Public()], [Fresh()], /@Public\(\) contradicts/],
    ['@Fresh() alone', [Fresh()], [], /@Fresh\(\) and not who may use it/],
    ['both on the class', [Public(), Roles('Admin')], [], /@Public\(\) contradicts/],
    ['@SignedOut() with @Roles()', [Roles('Admin')], [SignedOut()], /@SignedOut\(\) contradicts/],
    ['@Public() with @SignedOut()', [Public()], [SignedOut()], /contradicts/],
  ] as const)('is refused for %s', (_case, onClass, onMethod, message) => {
    expect(ruleOf([...onClass], [...onMethod])).toEqual({ fault: expect.stringMatching(message) as string });
  });

  it('of an inherited handler includes the rules of every class above', () => {
    @Roles('Admin')
    class Above {
      handler(): void {}
    }
    @Permissions('audit-read')
    class Below extends Above {}
    expect(ruleOfMethod(Below)).toMatchObject({
      rule: { conditions: [{ kind: 'permissions' }, { kind: 'roles' }] },
    });
  });
});

describe('what does not compile', () => {
  it('a misspelt role or permission, and an empty list', () => {
    // @ts-expect-error: there is no role "Amdin"
    Roles('Amdin');
    // @ts-expect-error: there is no permission "user-reed"
    Permissions('user-reed');
    // @ts-expect-error: an empty list opens nothing
    Roles();
    // @ts-expect-error: an empty list opens nothing
    Permissions();
    // @ts-expect-error: an empty list opens nothing
    AnyOf();
    // @ts-expect-error: an empty list opens nothing
    AnyOf(roles());
    // @ts-expect-error: an alternative names permissions of the catalogue
    AnyOf(permissions('everything'));
    // @ts-expect-error: a record rule is made by recordRule(...)
    When('your own account');
    // @ts-expect-error: what is asked about one record is not told about another
    recordRule({ name: 'x', parameter: 'id', holds: (_, id: number) => id === 1 });
    // @ts-expect-error: an answer that has to be awaited is none
    recordRule({ name: 'x', parameter: 'id', holds: () => Promise.resolve(true) });
    expect(combine([])).toHaveProperty('fault');
  });
});
