import { Holdings, type HeldRole } from '../access/holdings';
import { registerFeatures, type Feature } from '../feature';
import { features } from '../registered-features';
import { missingOf } from './authority';

const now = new Date('2027-06-01T12:00:00Z');
const later = new Date('2027-07-01T00:00:00Z');
const held = (role: string, permissions: string[] = [], until: Date | null = null): HeldRole => ({
  role,
  permissions,
  from: null,
  until,
});
const steward = { role: 'Steward', permissions: ['audit-read'], until: null };

/** A feature with a role that rules name, and one with a plain role. */
const stalls = {
  name: 'stalls',
  builtInRoles: { Steward: { description: '', permissions: ['audit-read'] } },
  roles: { Helper: { description: '', permissions: ['audit-read'] } },
  links: [],
} as unknown as Feature;

describe('a role of a feature', () => {
  beforeAll(() => void registerFeatures([...features, stalls]));
  afterAll(() => void registerFeatures(features));

  it.each<[string, HeldRole[], string[]]>([
    ['that rules name is given by its holders', [held('Steward', ['audit-read'])], []],
    ['that rules name is given by an Admin who holds what it carries', [held('Admin', ['audit-read'])], []],
    ['that rules name is not given by who only holds what it carries', [held('Auditor', ['audit-read'])], ['Steward']],
    ['that rules name is not given by an Admin who lacks what it carries', [held('Admin')], ['audit-read']],
    [
      'that rules name is not given for longer than its giver has it',
      [held('Admin', ['audit-read'], later), held('Steward', ['audit-read'], later)],
      ['Steward', 'audit-read'],
    ],
    [
      'that rules name is given for as long as the one of both ways that lasts longer',
      [held('Admin', ['audit-read']), held('Steward', [], later)],
      [],
    ],
  ])('%s', (_case, holdings, missing) => {
    expect(missingOf(new Holdings(holdings), steward, now)).toEqual(missing);
  });

  it('that no rule names is given by whoever holds all it carries', () => {
    const helper = { ...steward, role: 'Helper' };
    expect(missingOf(new Holdings([held('Auditor', ['audit-read'])]), helper, now)).toEqual([]);
    expect(missingOf(new Holdings([held('Admin')]), helper, now)).toEqual(['audit-read']);
  });
});
