import type { ColumnOptions } from 'typeorm';

/** A moment in UTC, to the millisecond, on every engine. */
export const timestamp = { type: 'datetime', precision: 3 } as const satisfies ColumnOptions;

/** A day without a time, like "2027-06-19". */
export const calendarDay = { type: 'varchar', length: 10 } as const satisfies ColumnOptions;

/** A moment as milliseconds since 1970 UTC, for rows read at every request: no engine's date parsing in the way. */
export const epochMilliseconds = {
  type: 'bigint',
  transformer: { from: (value: number | string) => Number(value), to: (value: number) => value },
} as const satisfies ColumnOptions;
