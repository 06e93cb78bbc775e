const dates = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });
const times = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });

/** 24 November 2026, in UTC */
export function dateInWords(moment: Date): string {
  return dates.format(moment);
}

/** 24 November 2026, 18:00 UTC */
export function timeInWords(moment: Date): string {
  return `${times.format(moment).replace(' at ', ', ')} UTC`;
}
