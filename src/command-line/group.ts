import { CommandRunner } from 'nest-commander';

/** A word that only groups commands: alone, or before an unknown one, it is misuse. */
export abstract class CommandGroup extends CommandRunner {
  run([unknown]: string[]): Promise<void> {
    const group = this.command.name();
    return this.command.error(
      unknown ? `There is no command "${group} ${unknown}".` : `Say which of the commands of "${group}" to run.`,
    );
  }
}
