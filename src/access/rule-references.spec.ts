import { permissions, roles, type Rule } from './rule';
import { permissionsIn, rolesIn } from './rule-references';

const administration: Rule = {
  kind: 'all-of',
  conditions: [
    { kind: 'authenticated' },
    { kind: 'any-of', alternatives: [roles('Admin'), permissions('admin-read', 'admin-write')] },
    permissions('roles-read', 'admin-read'),
    roles('User', 'Admin'),
  ],
};

describe('what a rule names', () => {
  it('is found in its conditions and in their alternatives, each once', () => {
    expect(permissionsIn(administration)).toEqual(['admin-read', 'admin-write', 'roles-read']);
    expect(rolesIn(administration)).toEqual(['Admin', 'User']);
  });

  it.each<Rule>([
    { kind: 'public' },
    { kind: 'signed-out' },
    { kind: 'all-of', conditions: [] },
    { kind: 'all-of', conditions: [{ kind: 'authenticated' }] },
  ])('is nothing in %j', (rule) => {
    expect([permissionsIn(rule), rolesIn(rule)]).toEqual([[], []]);
  });
});
