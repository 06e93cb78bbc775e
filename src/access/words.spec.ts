import type { Decision } from './decide';
import type { Condition } from './rule';
import { describeRule, sorry } from './words';

const refused = (...missing: Condition[]): Decision => ({ allowed: false, refusal: 'forbidden', missing });

describe('a rule in words', () => {
  it.each([
    [{ kind: 'public' }, 'anyone'],
    [{ kind: 'signed-out' }, 'not signed in'],
    [{ kind: 'all-of', conditions: [{ kind: 'authenticated' }] }, 'signed in'],
    [{ kind: 'all-of', conditions: [{ kind: 'roles', anyOf: ['Admin', 'User'] }] }, 'Admin or User'],
    [
      {
        kind: 'all-of',
        conditions: [
          {
            kind: 'any-of',
            alternatives: [
              { kind: 'roles', anyOf: ['Admin'] },
              { kind: 'permissions', allOf: ['admin-read', 'admin-write'] },
            ],
          },
        ],
      },
      'Admin, or admin-read and admin-write',
    ],
    [
      {
        kind: 'all-of',
        conditions: [
          { kind: 'roles', anyOf: ['Admin'] },
          { kind: 'permissions', allOf: ['audit-read'] },
        ],
      },
      'Admin; and audit-read',
    ],
  ] as const)('%j is "%s"', (rule, words) => {
    expect(describeRule(rule)).toBe(words);
  });
});

describe('the sentence of the forbidden page', () => {
  it('takes "an" or "a" as the word needs', () => {
    expect(sorry(refused({ kind: 'roles', anyOf: ['Admin'] }))).toBe(
      'Sorry, you must be an Admin to access this page.',
    );
    expect(sorry(refused({ kind: 'roles', anyOf: ['User'] }))).toBe('Sorry, you must be a User to access this page.');
  });

  it('puts several roles and permissions into words', () => {
    expect(sorry(refused({ kind: 'roles', anyOf: ['User', 'Admin'] }))).toBe(
      'Sorry, you must be a User or an Admin to access this page.',
    );
    expect(sorry(refused({ kind: 'permissions', allOf: ['audit-read'] }))).toBe(
      'Sorry, you must hold the permission audit-read to access this page.',
    );
  });

  it('names every condition that is missing', () => {
    const sentence = sorry(
      refused({ kind: 'roles', anyOf: ['Admin'] }, { kind: 'permissions', allOf: ['audit-read', 'users-read'] }),
    );
    expect(sentence).toBe(
      'Sorry, you must be an Admin to access this page. You must also hold the permissions audit-read and users-read.',
    );
  });
});
