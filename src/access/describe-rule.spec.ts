import type { Decision } from './decide';
import { describeRefusal } from './describe-refusal';
import { describeDecision, describeRule, othersMay, verdictOf } from './describe-rule';
import { ownAccount } from './own-account';
import { permissions, when, type Alternative, type Condition } from './rule';

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
    [{ kind: 'all-of', conditions: [permissions('user-read'), when(ownAccount)] }, 'user-read; and your own account'],
  ] as const)('%j is "%s"', (rule, words) => {
    expect(describeRule(rule)).toBe(words);
  });
});

describe('the sentence of the forbidden page', () => {
  it('takes "an" or "a" as the word needs', () => {
    expect(describeRefusal(refused({ kind: 'roles', anyOf: ['Admin'] }))).toBe(
      'Sorry, you must be an Admin to access this page.',
    );
    expect(describeRefusal(refused({ kind: 'roles', anyOf: ['User'] }))).toBe(
      'Sorry, you must be a User to access this page.',
    );
  });

  it('puts several roles and permissions into words', () => {
    expect(describeRefusal(refused({ kind: 'roles', anyOf: ['User', 'Admin'] }))).toBe(
      'Sorry, you must be a User or an Admin to access this page.',
    );
    expect(describeRefusal(refused({ kind: 'permissions', allOf: ['audit-read'] }))).toBe(
      'Sorry, you must hold the permission audit-read to access this page.',
    );
  });

  it('names every condition that is missing', () => {
    const sentence = describeRefusal(
      refused({ kind: 'roles', anyOf: ['Admin'] }, { kind: 'permissions', allOf: ['audit-read', 'users-read'] }),
    );
    expect(sentence).toBe(
      'Sorry, you must be an Admin to access this page. You must also hold the permissions audit-read and users-read.',
    );
  });

  it('says which records a page is only for', () => {
    const entry = { ...ownAccount, name: 'an entry of your own school' };
    const either = (...alternatives: Alternative[]): Condition => ({ kind: 'any-of', alternatives });
    expect(describeRefusal(refused(when(ownAccount)))).toBe('Sorry, this page is only for your own account.');
    expect(describeRefusal(refused(either(when(ownAccount), when(entry))))).toBe(
      'Sorry, this page is only for your own account or an entry of your own school.',
    );
    expect(describeRefusal(refused(either(when(ownAccount), permissions('users-read'))))).toBe(
      'Sorry, you must hold the permission users-read to access this page, or it must be your own account.',
    );
    expect(describeRefusal(refused({ kind: 'roles', anyOf: ['Admin'] }, when(entry)))).toBe(
      'Sorry, you must be an Admin to access this page. It must also be an entry of your own school.',
    );
    expect(describeRefusal(refused(when(entry), either(permissions('users-read'), when(ownAccount))))).toBe(
      'Sorry, this page is only for an entry of your own school. ' +
        'You must also hold the permission users-read, or it must be your own account.',
    );
  });
});

describe('what depends on a record', () => {
  it('says what a decision that depends on the record depends on', () => {
    const decision: Decision = { allowed: false, refusal: 'depends', missing: [when(ownAccount)] };
    expect(verdictOf(decision)).toBe('may, for some records,');
    expect(describeDecision(decision)).toEqual(['only for their own account']);
    expect(describeDecision({ allowed: true, reasons: [{ because: 'record', name: 'your own account' }] })).toEqual([
      'it is their own account',
    ]);
    expect(othersMay({ kind: 'all-of', conditions: [when(ownAccount)] })).toMatch(/only for their own account/);
    expect(othersMay({ kind: 'all-of', conditions: [permissions('users-read')] })).toBeNull();
  });
});
