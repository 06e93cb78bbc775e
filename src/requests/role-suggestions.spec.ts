import fc from 'fast-check';
import '../registered-features';
import { builtInRoleNames, permissionNames } from '../access/catalogue';
import { decide } from '../access/decide';
import { ownAccount } from '../access/own-account';
import { Principal } from '../access/principal';
import { permissions, roles, when, type Condition, type Rule } from '../access/rule';
import { isRequestable, missingPermissions, suggestRoles } from './role-suggestions';

const now = new Date('2026-07-01T12:00:00Z');
const all = (...conditions: Condition[]): Rule => ({ kind: 'all-of', conditions });
const either = all({ kind: 'any-of', alternatives: [roles('Admin'), permissions('admin-read', 'admin-write')] });
const somebody = (...held: string[]) =>
  new Principal({ id: 1, email: 'a@example.org', name: '', hasConfiguredPassword: false }, [
    { role: 'Held', permissions: held, from: null, until: null },
  ]);
const role = (name: string, ...carried: string[]) => ({ name, permissions: carried });

describe('the first suggested role', () => {
  it('is the one that gives the fewest permissions beyond what they hold', () => {
    const known = [
      role('Admin', ...permissionNames()),
      role('Desk', 'admin-read', 'admin-write', 'audit-read'),
      role('Half', 'admin-read'),
      role('Office', 'admin-read', 'admin-write', 'users-read', 'roles-read'),
    ];
    expect(suggestRoles(either, somebody(), known, now).map(({ name }) => name)).toEqual(['Desk', 'Office', 'Admin']);
    expect(suggestRoles(either, somebody('users-read', 'roles-read'), known, now)[0]).toEqual({
      name: 'Office',
      additionalPermissions: ['admin-read', 'admin-write'],
    });
    expect(suggestRoles(either, somebody('admin-write'), known, now)[0]).toEqual({
      name: 'Half',
      additionalPermissions: ['admin-read'],
    });
  });

  it('is none where no role opens the route', () => {
    expect(suggestRoles(either, somebody(), [role('Half', 'admin-read')], now)).toEqual([]);
  });

  it('opens what is about their own records as far as a role can', () => {
    const own = all(permissions('audit-read'), when(ownAccount));
    expect(suggestRoles(own, somebody(), [role('Reader', 'audit-read'), role('Other', 'users-read')], now)).toEqual([
      { name: 'Reader', additionalPermissions: ['audit-read'] },
    ]);
  });
});

describe('a role of its own', () => {
  it('carries what they lack of the alternative that takes the least', () => {
    expect(missingPermissions(either, somebody(), now)).toEqual(['admin-read', 'admin-write']);
    expect(missingPermissions(either, somebody('admin-read'), now)).toEqual(['admin-write']);
    const both = all(permissions('users-read', 'audit-read'), permissions('audit-read'));
    expect(missingPermissions(both, somebody('users-read'), now)).toEqual(['audit-read']);
  });

  it('is none where they may already, where only a role by its name would do, or only their own records count', () => {
    expect(missingPermissions(either, somebody('admin-read', 'admin-write'), now)).toBeNull();
    expect(missingPermissions(all(roles('Admin')), somebody(), now)).toBeNull();
    expect(missingPermissions(all(permissions('audit-read'), roles('Admin')), somebody(), now)).toBeNull();
    expect(missingPermissions(all(when(ownAccount)), somebody(), now)).toBeNull();
  });
});

describe('a route', () => {
  it('can be asked for by who may not use it, if a role could open it', () => {
    expect(isRequestable(either, somebody(), now)).toBe(true);
    expect(isRequestable(either, somebody('admin-read', 'admin-write'), now)).toBe(false);
    expect(isRequestable(all({ kind: 'authenticated' }), somebody(), now)).toBe(false);
    expect(isRequestable({ kind: 'public' }, somebody(), now)).toBe(false);
    expect(isRequestable({ kind: 'signed-out' }, somebody(), now)).toBe(false);
  });

  it("can't be asked for where only their own records count", () => {
    expect(isRequestable(all(when(ownAccount)), somebody(), now)).toBe(false);
    expect(isRequestable(all(permissions('audit-read'), when(ownAccount)), somebody(), now)).toBe(true);
    expect(isRequestable(all(permissions('audit-read'), when(ownAccount)), somebody('audit-read'), now)).toBe(false);
    const shared = all({ kind: 'any-of', alternatives: [permissions('users-read'), when(ownAccount)] });
    expect(isRequestable(shared, somebody(), now)).toBe(true);
  });
});

it('whatever the rule and the roles, those that do open it, and no other role does', () => {
  const names = fc.uniqueArray(fc.constantFrom(...permissionNames()), { minLength: 1, maxLength: 3 });
  const alternative = fc.oneof(
    names.map((allOf) => ({ kind: 'permissions' as const, allOf })),
    fc.constantFrom(...builtInRoleNames()).map((name) => roles(name)),
  );
  const rules = fc
    .array(fc.array(alternative, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 2 })
    .map((groups) => all(...groups.map((alternatives) => ({ kind: 'any-of' as const, alternatives }))));
  const known = fc.array(fc.record({ name: fc.constantFrom('User', 'Admin', 'Crew'), permissions: names }));
  fc.assert(
    fc.property(rules, names, known, (rule, held, carried) => {
      const person = somebody(...held);
      const found = suggestRoles(rule, person, carried, now);
      const expected = carried.filter(({ name, permissions }) => {
        const more = { role: name, permissions, from: null, until: null };
        return decide(rule, new Principal(person, [...person.held, more]), now).allowed;
      });
      expect(found.map(({ name }) => name).sort()).toEqual(expected.map(({ name }) => name).sort());
      const sizes = found.map(({ additionalPermissions }) => additionalPermissions.length);
      expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
    }),
  );
});
