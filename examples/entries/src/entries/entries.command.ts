import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import { CommandGroup } from '../command-line/group';
import { printJson, printTable } from '../command-line/output';
import { EntriesService } from './entries.service';

const MOST = 1000;

@SubCommand({ name: 'list', description: 'list the newest entries and their marks' })
export class ListEntries extends CommandRunner {
  constructor(private readonly entries: EntriesService) {
    super();
  }

  async run(_arguments: string[], { json }: { json?: boolean }): Promise<void> {
    const entries = await this.entries.page(MOST, {});
    if (json)
      return printJson(entries.map(({ id, title, sender, mark }) => ({ id, title, sender: sender.email, mark })));
    printTable(
      ['id', 'title', 'sent in by', 'mark'],
      entries.map(({ id, title, sender, mark }) => [
        String(id),
        title,
        sender.email,
        mark === null ? '' : String(mark),
      ]),
    );
  }

  @Option({ flags: '--json', description: 'print JSON only' })
  parseJson(): boolean {
    return true;
  }
}

@Command({ name: 'entries', description: 'what people have sent in', subCommands: [ListEntries] })
export class EntriesCommand extends CommandGroup {}

export const entriesCommands = [EntriesCommand, ListEntries];
