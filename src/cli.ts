import 'reflect-metadata';
import { CommandFactory, CommandRunnerService } from 'nest-commander';
import type { Command } from 'commander';
import { KeyMark } from './audit/key-mark';
import { CliModule } from './cli.module';
import { exitCodeOf } from './command-line/exit-code';
import { loadEnvironment } from './config/environment';
import { Database } from './database/database';
import { surviveLostOutput } from './standard-streams';

// Who stops reading has read what they wanted; what could not be written anywhere is a failure.
surviveLostOutput((stream, error) => {
  if (stream === 'stderr' || error.code === 'EPIPE') return;
  process.stderr.write(`Not all of the output could be written: ${error.message}\n`);
  process.exitCode = 1;
});

async function run(): Promise<void> {
  loadEnvironment();
  const app = await CommandFactory.createWithoutRunning(CliModule, {
    logger: false,
    abortOnError: false,
    serviceErrorHandler: (error) => {
      process.exitCode = exitCodeOf(error);
    },
  });
  try {
    const program = app.get<{ commander: Command }>(CommandRunnerService).commander.name('mfo');
    beStrict(program);
    program.hook('preAction', async (_program, command) => {
      if (['doctor', 'seed'].includes(command.name()) || command.commands.length > 0) return;
      await app.get(Database).openExisting();
      await app.get(KeyMark).check(app.get(Database).read);
    });
    await CommandFactory.runApplication(app);
  } finally {
    await app.close();
  }
}

/** Too many words, unknown ones and missing ones are misuse: an error to the caller, with the usage. */
function beStrict(command: Command): void {
  command.exitOverride().showHelpAfterError().addHelpCommand(false);
  if (command.commands.length === 0) command.allowExcessArguments(false);
  command.commands.forEach(beStrict);
}

run().catch((error: unknown) => {
  process.exitCode = exitCodeOf(error);
});
