import fc from 'fast-check';
import { builtInRoleNames, permissionNames, type BuiltInRole, type PermissionName } from './catalogue';
import { decide } from './decide';
import type { HeldRole } from './holdings';
import { Principal } from './principal';
import type { Alternative, Condition, Rule } from './rule';

const now = new Date('2026-07-01T12:00:00Z');
const somebody = { id: 1, email: 'a@example.org', name: '', hasConfiguredPassword: false };
const all = (...conditions: Condition[]): Rule => ({ kind: 'all-of', conditions });
const holder = (role: string, permissions: string[] = [], until: Date | null = null) =>
  new Principal(somebody, [{ role, permissions, from: null, until }]);

describe('decide', () => {
  it('opens a public route to anyone', () => {
    expect(decide({ kind: 'public' }, null, now)).toEqual({ allowed: true, reasons: [{ because: 'public' }] });
    expect(decide({ kind: 'public' }, holder('User'), now).allowed).toBe(true);
  });

  it('opens a signed-out route to visitors, and sends on who is signed in', () => {
    expect(decide({ kind: 'signed-out' }, null, now).allowed).toBe(true);
    expect(decide({ kind: 'signed-out' }, holder('Admin'), now)).toMatchObject({ refusal: 'already-signed-in' });
  });

  it('asks a visitor to sign in first, whatever else is missing', () => {
    expect(decide(all({ kind: 'roles', anyOf: ['Admin'] }), null, now)).toMatchObject({ refusal: 'sign-in-first' });
    expect(decide(all({ kind: 'authenticated' }), null, now)).toMatchObject({ refusal: 'sign-in-first' });
  });

  it('needs any one of the roles, and says which grant gave it', () => {
    const rule = all({ kind: 'roles', anyOf: ['Admin', 'User'] });
    const decision = decide(rule, holder('User'), now);
    expect(decision).toMatchObject({ allowed: true, reasons: [{ because: 'role', role: 'User' }] });
    expect(decide(rule, holder('Crew'), now)).toMatchObject({ allowed: false, refusal: 'forbidden' });
  });

  it('needs all of the permissions, and names only the missing ones', () => {
    const rule = all({ kind: 'permissions', allOf: ['users-read', 'users-write'] });
    expect(decide(rule, holder('Crew', ['users-read', 'users-write']), now).allowed).toBe(true);
    expect(decide(rule, holder('Crew', ['users-read']), now)).toMatchObject({
      missing: [{ kind: 'permissions', allOf: ['users-write'] }],
    });
  });

  it('heeds the end of a grant at the moment itself', () => {
    const rule = all({ kind: 'roles', anyOf: ['Admin'] });
    expect(decide(rule, holder('Admin', [], new Date(now.getTime() + 1)), now).allowed).toBe(true);
    expect(decide(rule, holder('Admin', [], now), now).allowed).toBe(false);
  });

  it('heeds the beginning of a grant at the moment itself', () => {
    const rule = all({ kind: 'roles', anyOf: ['Admin'] });
    const from = (moment: number) =>
      new Principal(somebody, [{ role: 'Admin', permissions: [], from: new Date(moment), until: null }]);
    expect(decide(rule, from(now.getTime()), now).allowed).toBe(true);
    expect(decide(rule, from(now.getTime() + 1), now).allowed).toBe(false);
  });

  it('of two grants believes the one that lasts longer', () => {
    const ended: HeldRole = { role: 'A', permissions: ['audit-read'], from: null, until: new Date(0) };
    const lasting: HeldRole = { role: 'B', permissions: ['audit-read'], from: null, until: null };
    const rule = all({ kind: 'permissions', allOf: ['audit-read'] });
    for (const held of [
      [ended, lasting],
      [lasting, ended],
    ]) {
      expect(decide(rule, new Principal(somebody, held), now)).toMatchObject({ reasons: [{ grant: { role: 'B' } }] });
    }
  });

  it('opens nothing for a rule without conditions or with an empty list', () => {
    const admin = holder('Admin', permissionNames);
    expect(decide(all(), admin, now).allowed).toBe(false);
    expect(decide(all({ kind: 'roles', anyOf: [] }), admin, now).allowed).toBe(false);
    expect(decide(all({ kind: 'permissions', allOf: [] }), admin, now).allowed).toBe(false);
    expect(decide(all({ kind: 'any-of', alternatives: [] }), admin, now).allowed).toBe(false);
  });

  it('agrees with a naive model about every rule and every person', () => {
    fc.assert(
      fc.property(rules, people, (rule, held) => {
        const principal = held && new Principal(somebody, held);
        expect(decide(rule, principal, now).allowed).toBe(naively(rule, held));
      }),
      { numRuns: 3000 },
    );
  });

  it('never refuses more to somebody who holds more', () => {
    fc.assert(
      fc.property(conditions, grants, grants, (condition, held, more) => {
        const before = decide(all(condition), new Principal(somebody, held), now).allowed;
        const after = decide(all(condition), new Principal(somebody, [...held, ...more]), now).allowed;
        expect(!before || after).toBe(true);
      }),
    );
  });
});

const alternative: fc.Arbitrary<Alternative> = fc.oneof(
  fc.record({ kind: fc.constant('roles' as const), anyOf: fc.array(fc.constantFrom(...builtInRoleNames)) }),
  fc.record({ kind: fc.constant('permissions' as const), allOf: fc.array(fc.constantFrom(...permissionNames)) }),
);
const conditions: fc.Arbitrary<Condition> = fc.oneof(
  fc.constant({ kind: 'authenticated' as const }),
  alternative,
  fc.record({ kind: fc.constant('any-of' as const), alternatives: fc.array(alternative) }),
);
const rules: fc.Arbitrary<Rule> = fc.oneof(
  fc.constant({ kind: 'public' as const }),
  fc.constant({ kind: 'signed-out' as const }),
  fc.record({ kind: fc.constant('all-of' as const), conditions: fc.array(conditions, { maxLength: 3 }) }),
);
const around = fc.constantFrom(null, new Date(now.getTime() - 1), now, new Date(now.getTime() + 1));
const grants: fc.Arbitrary<HeldRole[]> = fc.array(
  fc.record({
    role: fc.constantFrom('User', 'Admin', 'Crew'),
    permissions: fc.array(fc.constantFrom(...permissionNames)),
    from: around,
    until: around,
  }),
  { maxLength: 4 },
);
const people = fc.option(grants, { nil: null });

function naively(rule: Rule, held: HeldRole[] | null): boolean {
  if (rule.kind === 'public') return true;
  if (rule.kind === 'signed-out') return held === null;
  if (held === null || rule.conditions.length === 0) return false;
  const current = held.filter(({ from, until }) => (from === null || from <= now) && (until === null || until > now));
  const roles = new Set(current.map(({ role }) => role));
  const permissions = new Set(current.flatMap((grant) => grant.permissions));
  const meets = (condition: Condition): boolean => {
    if (condition.kind === 'authenticated') return true;
    if (condition.kind === 'roles') return condition.anyOf.some((role: BuiltInRole) => roles.has(role));
    if (condition.kind === 'any-of') return condition.alternatives.some(meets);
    return condition.allOf.length > 0 && condition.allOf.every((name: PermissionName) => permissions.has(name));
  };
  return rule.conditions.every(meets);
}
