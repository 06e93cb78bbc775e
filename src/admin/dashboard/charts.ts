import type { PermissionName } from '../../access/names';
import type { Day, FigureKind } from '../../audit/daily-figures';

interface Series {
  heading: string;
  kinds: readonly FigureKind[];
  /** Where they are listed. */
  list: string;
}

/** What is drawn, of the counters of each day, and the permission to see it. */
export const charts: readonly { title: string; needs: PermissionName; series: readonly Series[] }[] = [
  {
    title: 'New people',
    needs: 'users-read',
    series: [
      { heading: 'Registered', kinds: ['user.register'], list: '/admin/audit?action=user.register' },
      { heading: 'Accounts made for them', kinds: ['user.create'], list: '/admin/audit?action=user.create' },
    ],
  },
  {
    title: 'Sign-ins',
    needs: 'audit-read',
    series: [{ heading: 'Signed in', kinds: ['signed in'], list: '/admin/activity?kind=signed+in' }],
  },
  {
    title: 'Refusals',
    needs: 'audit-read',
    series: [
      { heading: 'Pages refused', kinds: ['forbidden'], list: '/admin/activity?kind=forbidden' },
      {
        heading: 'Sign-ins refused',
        kinds: ['sign-in refused', 'sign-in limited'],
        list: '/admin/activity?kind=failures',
      },
    ],
  },
];

const STEP = 10;
const HEIGHT = 64;

/** The bars of each day, the parts of a bar on one another, in the units of the drawing. */
export function drawn({ title, series }: (typeof charts)[number], days: readonly Day[]) {
  const values = days.map((day) => series.map((part) => valueOf(day, part)));
  const totals = values.map(sum);
  const most = Math.max(...totals);
  return {
    title,
    total: sum(totals),
    width: days.length * STEP,
    height: HEIGHT,
    parts: series.map(({ heading, list }, part) => ({
      heading,
      list: `${list}&from=${days[0]?.day ?? ''}`,
      part,
      total: sum(values.map((value) => value[part] ?? 0)),
    })),
    bars: values.flatMap((value, day) => barsOf(value, day, most)),
    inWords: most === 0 ? 'None.' : `The most on ${inWords(days[totals.indexOf(most)]?.day ?? '')}: ${most}.`,
  };
}

/** The same figures to be read, the newest day first. */
export function tabulated(seen: readonly (typeof charts)[number][], days: readonly Day[]) {
  const series = seen.flatMap((chart) => chart.series);
  return {
    headings: series.map(({ heading }) => heading),
    rows: days.map((day) => ({ day: inWords(day.day), values: series.map((part) => valueOf(day, part)) })).reverse(),
  };
}

function barsOf(values: readonly number[], day: number, most: number) {
  const scale = most === 0 ? 0 : HEIGHT / most;
  return values.map((value, part) => {
    const top = sum(values.slice(0, part + 1)) * scale;
    return { part, x: day * STEP + 1, y: rounded(HEIGHT - top), width: STEP - 2, height: rounded(value * scale) };
  });
}

function valueOf({ counts }: Day, { kinds }: Series): number {
  return sum(kinds.map((kind) => counts[kind] ?? 0));
}

function sum(values: readonly number[]): number {
  return values.reduce((one, other) => one + other, 0);
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

const dayFormat = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', timeZone: 'UTC' });

function inWords(day: string): string {
  return dayFormat.format(new Date(day));
}
