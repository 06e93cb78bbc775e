import { CommanderError } from 'commander';
import { DomainError } from '../database/errors';
import { explainStartFailure } from '../start-failure';

/** What a failed command leaves the shell with; standard error says what happened, in one line for a domain error. */
export function exitCodeOf(error: unknown): 0 | 1 | 2 {
  // Commander has said what was wrong, or shown the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  process.stderr.write(`${error instanceof DomainError ? error.message : explainStartFailure(error)}\n`);
  return 1;
}
