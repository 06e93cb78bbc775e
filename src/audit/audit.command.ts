import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import { CommandGroup } from '../command-line/group';
import { say } from '../command-line/output';
import { AuditLog } from './audit-log.service';

@SubCommand({ name: 'verify', description: 'say whether the audit log is whole, or which event is not' })
export class VerifyAuditLog extends CommandRunner {
  constructor(private readonly log: AuditLog) {
    super();
  }

  async run(_arguments: string[], { head: kept }: { head?: string }): Promise<void> {
    const { events, head } = await this.log.verify(kept === undefined ? undefined : this.parsed(kept));
    say(`The audit log is whole: ${events} ${events === 1 ? 'event' : 'events'}, head ${head.hash}.`);
  }

  @Option({ flags: '--head <sequence:hash>', description: 'a head kept elsewhere, which the log must go through' })
  parseHead(head: string): string {
    return head;
  }

  private parsed(text: string) {
    const [, sequence, hash] = /^([1-9]\d{0,8}):([0-9a-f]{64})$/.exec(text) ?? [];
    if (!sequence || !hash) return this.command.error('Give the head as "audit head" prints it: <sequence>:<hash>.');
    return { sequence: Number(sequence), hash };
  }
}

@SubCommand({ name: 'head', description: 'print the newest event as <sequence>:<hash>, to be kept elsewhere' })
export class ShowAuditHead extends CommandRunner {
  constructor(private readonly log: AuditLog) {
    super();
  }

  async run(): Promise<void> {
    const { sequence, hash } = await this.log.head();
    say(`${sequence}:${hash}`);
  }
}

const subCommands = [VerifyAuditLog, ShowAuditHead];

@Command({ name: 'audit', description: 'the record of who changed what', subCommands })
export class AuditCommand extends CommandGroup {}

export const auditCommands = [AuditCommand, ...subCommands];
