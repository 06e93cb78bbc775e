import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import { CommandGroup } from '../command-line/group';
import { say } from '../command-line/output';
import { AuditChaining } from './audit-chaining.service';
import { AuditLog } from './audit-log.service';

@SubCommand({ name: 'verify', description: 'say whether the audit log is whole, or which event is not' })
export class VerifyAuditLog extends CommandRunner {
  constructor(private readonly log: AuditLog) {
    super();
  }

  async run(_arguments: string[], { head: kept }: { head?: string }): Promise<void> {
    const { events, head, rechained } = await this.log.verify(kept === undefined ? undefined : this.parsed(kept));
    say(`The audit log is whole: ${events} ${events === 1 ? 'event' : 'events'}, head ${head.hash}.`);
    for (const sequence of rechained)
      say(`Event ${sequence} says that the operator chained it anew: what was changed before can't be told.`);
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

@SubCommand({
  name: 'rechain',
  description: 'make a broken audit log whole as it stands, and record that; what was altered can no longer be told',
})
export class RechainAuditLog extends CommandRunner {
  constructor(
    private readonly chaining: AuditChaining,
    private readonly log: AuditLog,
  ) {
    super();
  }

  async run(_arguments: string[], { reason }: { reason: string }): Promise<void> {
    const { fault } = await this.chaining.rechain(reason);
    const { sequence, hash } = await this.log.head();
    say(`The audit log is chained anew, and event ${sequence} records it. What was wrong: ${fault}`);
    say(`Its head is now ${sequence}:${hash}; one that was kept before no longer fits.`);
  }

  @Option({ flags: '--reason <text>', description: 'what happened, as the log will tell it', required: true })
  parseReason(reason: string): string {
    if (reason.trim() === '' || [...reason].length > 255) this.command.error('Give a reason of 1 to 255 characters.');
    return reason;
  }
}

const subCommands = [VerifyAuditLog, ShowAuditHead, RechainAuditLog];

@Command({ name: 'audit', description: 'the record of who changed what', subCommands })
export class AuditCommand extends CommandGroup {}

export const auditCommands = [AuditCommand, ...subCommands];
