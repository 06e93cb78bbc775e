import { stagesOf } from './role-timeline';

const now = new Date('2026-07-01T00:00:00Z');
const at = (day: string) => new Date(`2026-${day}T12:00:00Z`);
const from = now.getTime();
const grant = (role: number, from: Date | null = null, until: Date | null = null) => ({ role, from, until });

describe('what somebody holds from now on', () => {
  it.each([
    ['nothing', [], [{ from, roles: [] }]],
    ['roles without an end', [grant(2), grant(7)], [{ from, roles: [2, 7] }]],
    ['a role that has ended', [grant(2), grant(7, at('01-01'), at('02-01'))], [{ from, roles: [2] }]],
    [
      'a role that ends',
      [grant(2), grant(7, null, at('08-01'))],
      [
        { from, roles: [2, 7] },
        { from: at('08-01').getTime(), roles: [2] },
      ],
    ],
    [
      'a role that begins while another is held, and ends',
      [grant(2, null, at('09-01')), grant(7, at('08-01'), at('10-01'))],
      [
        { from, roles: [2] },
        { from: at('08-01').getTime(), roles: [2, 7] },
        { from: at('09-01').getTime(), roles: [7] },
        { from: at('10-01').getTime(), roles: [] },
      ],
    ],
  ])('is split into stages: %s', (_, grants, stages) => {
    expect(stagesOf(grants, now)).toEqual(stages);
  });
});
