import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Database } from '../database/database';
import { MailFolder } from './mail-folder';
import { MailedLinks } from './mailed-link';
import { OutboxMessage } from './outbox-message.entity';

const AT_ONCE = 200;

/** The files of mails, which hold live links: each goes when its link ends, or its person or its row is gone. */
@Injectable()
export class FiledMails {
  constructor(
    private readonly database: Database,
    private readonly folder: MailFolder,
    private readonly links: MailedLinks,
  ) {}

  async removeEnded(): Promise<void> {
    const ids = await this.folder.messages();
    for (let from = 0; from < ids.length; from += AT_ONCE) {
      const part = ids.slice(from, from + AT_ONCE);
      const standing = await this.standingAmong(part);
      await this.folder.remove(new Set(part.filter((id) => !standing.has(id))));
    }
  }

  private async standingAmong(messageIds: readonly string[]): Promise<Set<string>> {
    const rows = await this.database.read.findBy(OutboxMessage, { messageId: In(messageIds) });
    const kinds = new Set(rows.flatMap(({ linkKind }) => linkKind ?? []));
    const open = new Set<string>();
    for (const kind of kinds) {
      const ids = rows.flatMap(({ linkKind, linkId }) => (linkKind === kind && linkId !== null ? [linkId] : []));
      for (const id of (await this.links.endsOf(kind, ids)).keys()) open.add(`${kind} ${id}`);
    }
    const standing = rows.filter(({ linkKind, linkId }) => linkKind === null || open.has(`${linkKind} ${linkId}`));
    return new Set(standing.map(({ messageId }) => messageId));
  }
}
