import './compile-cache';
import 'reflect-metadata';
import { runCommand } from './run-command';
import { surviveLostOutput } from './standard-streams';

// Who stops reading has read what they wanted; what could not be written anywhere is a failure.
surviveLostOutput((stream, error) => {
  if (stream === 'stderr' || error.code === 'EPIPE') return;
  process.stderr.write(`Not all of the output could be written: ${error.message}\n`);
  process.exitCode = 1;
});

void runCommand();
