import fc from 'fast-check';
import '../registered-features';
import { builtInRoleNames, permissionNames } from './catalogue';
import type { BuiltInRole, PermissionName } from './names';
import { decide } from './decide';
import { Holdings, type HeldRole } from './holdings';
import { Principal } from './principal';
import { ownAccount } from './own-account';
import { recordRule, type RecordRule, type Records } from './record-rule';
import { permissions, when, type Alternative, type Condition, type Rule } from './rule';

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

  it('needs a fresh proof at the moment itself, and asks only whom it would open for', () => {
    const rule = all({ kind: 'permissions', allOf: ['audit-read'] }, { kind: 'fresh' });
    const auditor = holder('Auditor', ['audit-read']);
    const provedAgo = (milliseconds: number) => auditor.inSession(new Date(now.getTime() - milliseconds));
    expect(decide(rule, provedAgo(15 * 60_000 - 1), now)).toMatchObject({ reasons: [{}, { because: 'fresh-proof' }] });
    for (const stale of [provedAgo(15 * 60_000), auditor.inSession(null)])
      expect(decide(rule, stale, now)).toMatchObject({ allowed: false, refusal: 'prove-again' });
    expect(decide(rule, holder('Crew').inSession(null), now)).toMatchObject({
      refusal: 'forbidden',
      missing: [{ kind: 'permissions' }],
    });
    expect(decide(rule, null, now)).toMatchObject({ refusal: 'sign-in-first' });
  });

  it('says of a question that no session asks what would be open with a fresh proof', () => {
    const rule = all({ kind: 'authenticated' }, { kind: 'fresh' });
    expect(decide(rule, holder('User'), now).allowed).toBe(true);
  });

  it('asks for a proof only when the record would let them pass', () => {
    const rule = all(when(ownAccount), { kind: 'fresh' });
    const stale = holder('User').inSession(null);
    expect(decide(rule, stale, now)).toMatchObject({ refusal: 'depends' });
    expect(decide(rule, stale, now, new Map([[ownAccount, '2']]))).toMatchObject({ refusal: 'forbidden' });
    expect(decide(rule, stale, now, new Map([[ownAccount, '1']]))).toMatchObject({ refusal: 'prove-again' });
  });

  it('opens nothing for a rule without conditions or with an empty list', () => {
    const admin = holder('Admin', permissionNames());
    expect(decide(all(), admin, now).allowed).toBe(false);
    expect(decide(all({ kind: 'roles', anyOf: [] }), admin, now).allowed).toBe(false);
    expect(decide(all({ kind: 'permissions', allOf: [] }), admin, now).allowed).toBe(false);
    expect(decide(all({ kind: 'any-of', alternatives: [] }), admin, now).allowed).toBe(false);
  });

  it('needs the record that a condition is about, and says that it depends on it', () => {
    const rule = all(when(ownAccount));
    const asked = (id: string) => decide(rule, holder('User'), now, new Map([[ownAccount, id]]));
    expect(decide(rule, holder('User'), now)).toEqual({
      allowed: false,
      refusal: 'depends',
      missing: [when(ownAccount)],
    });
    expect(asked('1')).toEqual({ allowed: true, reasons: [{ because: 'record', name: 'your own account' }] });
    for (const other of ['2', '', '01', '1.0', '0x1', ' 1', '1 ', '١', ':id'])
      expect(asked(other)).toMatchObject({ refusal: 'forbidden' });
    expect(decide(rule, null, now, new Map([[ownAccount, '1']]))).toMatchObject({ refusal: 'sign-in-first' });
  });

  it('depends on nothing where the rest of the rule is not met, or met already', () => {
    expect(decide(all(permissions('audit-read'), when(ownAccount)), holder('User'), now)).toMatchObject({
      refusal: 'forbidden',
    });
    const either = all({ kind: 'any-of', alternatives: [permissions('users-read'), when(ownAccount)] });
    expect(decide(either, holder('Crew', ['users-read']), now).allowed).toBe(true);
    expect(decide(either, holder('Crew'), now)).toMatchObject({ refusal: 'depends' });
  });

  it('takes nothing but a plain yes for a yes', () => {
    for (const answer of ['yes', 1, Promise.resolve(true), {}, null, undefined]) {
      const odd = recordRule({ name: 'odd', parameter: 'id', holds: () => answer as boolean });
      expect(decide(all(when(odd)), holder('Admin', permissionNames()), now, new Map([[odd, '1']])).allowed).toBe(
        false,
      );
    }
  });

  it('opens no record to what has holdings but is nobody', () => {
    const { held } = holder('User');
    expect(decide(all(when(ownAccount)), new Holdings(held), now, new Map([[ownAccount, '1']])).allowed).toBe(false);
  });

  it('agrees with a naive model about every rule, every person and every record', () => {
    fc.assert(
      fc.property(rules, people, records, (rule, held, at) => {
        const principal = held && new Principal(somebody, held);
        expect(decide(rule, principal, now, at).allowed).toBe(naively(rule, held, at));
      }),
      { numRuns: 3000 },
    );
  });

  it('never opens without the record what any record would keep closed, and depends only where one can open', () => {
    fc.assert(
      fc.property(rules, people, (rule, held) => {
        const principal = held && new Principal(somebody, held);
        const without = decide(rule, principal, now);
        const allowed = (answer: boolean) =>
          decide(rule, principal, now, new Map(both.map((it) => [it, answer]))).allowed;
        const depends = !without.allowed && without.refusal === 'depends';
        expect([without.allowed, depends]).toEqual([allowed(false), allowed(true) && !allowed(false)]);
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

/** Two rules of which the record itself says whether it holds. */
const both: RecordRule[] = ['one', 'other'].map((name) => ({
  name,
  parameter: 'id',
  holds: (_, record) => record === true,
}));
const answers = fc.constantFrom(undefined, true, false);
const records: fc.Arbitrary<Records> = fc
  .tuple(answers, answers)
  .map(
    (given) => new Map(both.map((rule, i) => [rule, given[i]] as const).filter(([, answer]) => answer !== undefined)),
  );

const alternative: fc.Arbitrary<Alternative> = fc.oneof(
  fc.constantFrom(...both).map(when),
  fc.record({ kind: fc.constant('roles' as const), anyOf: fc.array(fc.constantFrom(...builtInRoleNames())) }),
  fc.record({ kind: fc.constant('permissions' as const), allOf: fc.array(fc.constantFrom(...permissionNames())) }),
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
    permissions: fc.array(fc.constantFrom(...permissionNames())),
    from: around,
    until: around,
  }),
  { maxLength: 4 },
);
const people = fc.option(grants, { nil: null });

function naively(rule: Rule, held: HeldRole[] | null, at: Records): boolean {
  if (rule.kind === 'public') return true;
  if (rule.kind === 'signed-out') return held === null;
  if (held === null || rule.conditions.length === 0) return false;
  const current = held.filter(({ from, until }) => (from === null || from <= now) && (until === null || until > now));
  const roles = new Set(current.map(({ role }) => role));
  const permissions = new Set(current.flatMap((grant) => grant.permissions));
  const meets = (condition: Condition): boolean => {
    if (condition.kind === 'authenticated' || condition.kind === 'fresh') return true;
    if (condition.kind === 'roles') return condition.anyOf.some((role: BuiltInRole) => roles.has(role));
    if (condition.kind === 'when') return at.get(condition.record) === true;
    if (condition.kind === 'any-of') return condition.alternatives.some(meets);
    return condition.allOf.length > 0 && condition.allOf.every((name: PermissionName) => permissions.has(name));
  };
  return rule.conditions.every(meets);
}
