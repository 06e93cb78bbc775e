import type { LoggerService } from '@nestjs/common';

/** One sentence that says what is now true. */
export function say(sentence: string): void {
  process.stdout.write(`${sentence}\n`);
}

/** Something to mend, beside a success. */
export function warn(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}

/** The log of a command that does what a start does: its warnings count here too. */
export const warningsOnly: LoggerService = { log: () => undefined, warn, error: warn };

/** JSON and nothing else. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Rows in aligned columns under their headings. */
export function printTable(headings: readonly string[], rows: readonly (readonly string[])[]): void {
  process.stdout.write(aligned([headings, ...rows]));
}

/** Rows as lines, each column as wide as its widest cell. */
function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}
