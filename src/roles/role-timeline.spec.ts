import { TextCutOff, stagesOf } from './role-timeline';

const now = new Date('2026-07-01T00:00:00Z');
const at = (day: string) => new Date(`2026-${day}T12:00:00Z`).getTime();
const from = now.getTime();

describe('what somebody holds from now on', () => {
  it.each([
    ['nothing', 0, null, [{ from, roles: [] }]],
    ['roles without an end', 2, '2,7', [{ from, roles: [2, 7] }]],
    ['a role that has ended', 2, '2,7/2026-01-01 12:00:00.000/2026-02-01 12:00:00.000', [{ from, roles: [2] }]],
    [
      'a role that ends',
      2,
      '2,7//2026-08-01 12:00:00.000',
      [
        { from, roles: [2, 7] },
        { from: at('08-01'), roles: [2] },
      ],
    ],
    [
      'a role that begins while another is held, and ends',
      2,
      '2//2026-09-01 12:00:00.000,7/2026-08-01 12:00:00.000/2026-10-01 12:00:00.000',
      [
        { from, roles: [2] },
        { from: at('08-01'), roles: [2, 7] },
        { from: at('09-01'), roles: [7] },
        { from: at('10-01'), roles: [] },
      ],
    ],
  ])('is split into stages: %s', (_, given, held, stages) => {
    expect(stagesOf({ user: 1, given, held }, now)).toEqual(stages);
  });

  it('is never taken for less because the database cut it off', () => {
    expect(() => stagesOf({ user: 1, given: 3, held: '2,7' }, now)).toThrow(TextCutOff);
    expect(() => stagesOf({ user: 1, given: 1, held: null }, now)).toThrow(TextCutOff);
  });
});
