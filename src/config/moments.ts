/** In which dates are shown and typed, and at whose midnight a day ends. */
let zone = 'UTC';
let formats = formatsOf(zone);

/** In UTC, as a day is read. */
const calendar = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });

/** @param name of the IANA database, like `Europe/Berlin`; for the whole process. */
export function useTimeZone(name: string): void {
  formats = formatsOf(name);
  zone = name;
}

/** 24 November 2026 */
export function dateInWords(moment: Date): string {
  return formats.date.format(moment);
}

/** A day of the calendar, which is one everywhere: "2026-11-24" as 24 November 2026. */
export function dayInWords(day: string): string {
  return calendar.format(new Date(`${day}T00:00Z`));
}

/** 24 November 2026, 18:00 UTC */
export function timeInWords(moment: Date): string {
  return formats.time.format(moment).replace(' at ', ', ');
}

/** What ends with a day, as its last day: 31 December 2026. What ends within one, with its time: 31 December 2026, 18:00 UTC. */
export function endInWords(end: Date): string {
  return isEndOfDay(end) ? dateInWords(lastMomentBefore(end)) : timeInWords(end);
}

/** What begins with a day, as that day; what begins within one, with its time. */
export function beginningInWords(beginning: Date): string {
  return isEndOfDay(beginning) ? dateInWords(beginning) : timeInWords(beginning);
}

/** An end as a form's field holds it, and `parseEnd` reads it: 2026-12-31, or 2026-12-31T18:00. */
export function endInField(end: Date): string {
  if (isEndOfDay(end)) return dayOf(lastMomentBefore(end));
  return localTime(end).replace(/(:00)?\.000$/, '');
}

/**
 * The moment that a day ends, like 2026-12-31: what is held until then is held on that day. With a time, like
 * 2026-12-31T18:00, that moment; in UTC with a `Z` behind it. null for everything else.
 */
export function parseEnd(text: string): Date | null {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return endOfDay(text);
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z?$/.test(text)) return null;
  const utc = new Date(text.endsWith('Z') ? text : `${text}Z`);
  // A day that no calendar has is taken for one of the next month, and hour 24 for the next day.
  if (Number.isNaN(utc.getTime()) || utc.toISOString().slice(0, 16) !== text.slice(0, 16)) return null;
  return text.endsWith('Z') ? utc : momentOfLocalTime(utc);
}

/** When a day begins and ends, like 2026-12-31; null for one that no calendar has. */
export function spanOfDay(day: string): { from: Date; until: Date } | null {
  const until = endOfDay(day);
  const from = until && endOfDay(new Date(Date.parse(`${day}T00:00Z`) - DAY).toISOString().slice(0, 10));
  return from && { from, until };
}

/** null for a day that no calendar has. */
function endOfDay(day: string): Date | null {
  const midnight = new Date(`${day}T00:00Z`);
  if (Number.isNaN(midnight.getTime()) || midnight.toISOString().slice(0, 10) !== day) return null;
  // Where clocks are put forward at midnight, a day begins later; where a whole day is left out, it never does.
  let [before, behind] = [midnight.getTime() - DAY, midnight.getTime() + 3 * DAY];
  while (behind - before > 1) {
    const middle = Math.floor((before + behind) / 2);
    if (dayOf(new Date(middle)) > day) behind = middle;
    else before = middle;
  }
  return new Date(behind);
}

/** null for a time that is left out as clocks are put forward; of one that comes twice, the first. */
function momentOfLocalTime(asUtc: Date): Date | null {
  const offsets = [-DAY, DAY].map((away) => offsetAt(new Date(asUtc.getTime() + away)));
  const moments = [...new Set(offsets)].map((offset) => new Date(asUtc.getTime() - offset));
  const fitting = moments.filter((moment) => moment.getTime() + offsetAt(moment) === asUtc.getTime());
  return fitting.sort((a, b) => a.getTime() - b.getTime())[0] ?? null;
}

const DAY = 24 * 60 * 60_000;

function isEndOfDay(moment: Date): boolean {
  return dayOf(lastMomentBefore(moment)) !== dayOf(moment);
}

function lastMomentBefore(moment: Date): Date {
  return new Date(moment.getTime() - 1);
}

/** By how many milliseconds clocks are ahead of UTC. */
function offsetAt(moment: Date): number {
  return new Date(`${localTime(moment)}Z`).getTime() - moment.getTime();
}

/** 2026-12-31 */
function dayOf(moment: Date): string {
  return localTime(moment).slice(0, 10);
}

/** 2026-12-31T18:00:00.000 */
function localTime(moment: Date): string {
  if (zone === 'UTC') return moment.toISOString().slice(0, -1);
  const parts = Object.fromEntries(formats.parts.formatToParts(moment).map(({ type, value }) => [type, value]));
  const { year = '', month, day, hour, minute, second, fractionalSecond } = parts;
  return `${year.padStart(4, '0')}-${month}-${day}T${hour}:${minute}:${second}.${fractionalSecond}`;
}

function formatsOf(timeZone: string) {
  return {
    date: new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone }),
    time: new Intl.DateTimeFormat('en-GB', {
      year: 'numeric',
      month: 'long',
      day: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      timeZoneName: 'short',
      timeZone,
    }),
    parts: new Intl.DateTimeFormat('en-GB', {
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      hourCycle: 'h23',
      minute: '2-digit',
      second: '2-digit',
      fractionalSecondDigits: 3,
      timeZone,
    }),
  };
}

/** Why nothing is given until then, or null. */
export function faultOfEnd(end: Date, now: Date): string | null {
  return end <= now ? 'This date has passed. Choose a later one.' : null;
}
