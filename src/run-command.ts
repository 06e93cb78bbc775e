import type { DynamicModule } from '@nestjs/common';
import type { Command } from 'commander';
import { CommandFactory, CommandRunnerService } from 'nest-commander';
import type * as App from './app.module';
import { KeyMark } from './audit/key-mark';
import { CliModule } from './cli.module';
import { exitCodeOf } from './command-line/exit-code';
import { loadEnvironment } from './config/environment';
import { Database } from './database/database';
import { checkFeatures, pagesOf } from './feature';
import { features } from './registered-features';

/** Runs the command that `process.argv` names, and leaves in `process.exitCode` how it went. Never rejects. */
export async function runCommand(): Promise<void> {
  try {
    await run();
  } catch (error) {
    process.exitCode = exitCodeOf(error);
  }
}

async function run(): Promise<void> {
  loadEnvironment();
  checkFeatures(features);
  const app = await CommandFactory.createWithoutRunning(commands(), {
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

/** What is asked about routes needs all pages; everything else starts sooner without them. */
function commands(): DynamicModule {
  if (process.argv[2] !== 'access') return { module: CliModule };
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loading them is what takes the time
  const { AppModule } = require('./app.module') as typeof App;
  return { module: CliModule, imports: [AppModule, ...pagesOf(features)] };
}

/** Too many words, unknown ones and missing ones are misuse: an error to the caller, with the usage. */
function beStrict(command: Command): void {
  command.exitOverride().showHelpAfterError().addHelpCommand(false);
  if (command.commands.length === 0) command.allowExcessArguments(false);
  command.commands.forEach(beStrict);
}
