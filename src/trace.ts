import { join, sep } from 'node:path';
import { QueryFailedError } from 'typeorm';

/** Places in our own files are told from here on. */
const project = join(__dirname, '..') + sep;

/** An error as whoever mends it reads it: its stack, and the query that failed without its values. */
export function traceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const stack = (error.stack ?? error.message).replaceAll(project, '');
  return error instanceof QueryFailedError ? `${stack}\nThe query was: ${error.query}` : stack;
}
