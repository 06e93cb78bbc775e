import { createHash } from 'node:crypto';
import { mkdir, readdir, rename, unlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { projectFolder } from '../config/database-address';
import { settings, type Settings } from '../config/settings';
import type { OutboxMessage } from './outbox-message.entity';

type Named = Pick<OutboxMessage, 'createdAt' | 'messageId' | 'template'>;

/** Where mails are kept as files when there is no mail server: beside the file of SQLite, else in data/outbox. */
@Injectable()
export class MailFolder {
  readonly path: string;
  /** Tells the mails of this database from those of others in the same folder. */
  private readonly mark: string;
  private readonly names: RegExp;

  constructor(@Inject(settings.KEY) { DATABASE_URL: address }: Settings) {
    const identity = address.kind === 'file' ? address.file : `${address.host}:${address.port}/${address.database}`;
    this.path = join(address.kind === 'file' ? dirname(address.file) : join(projectFolder, 'data'), 'outbox');
    this.mark = createHash('sha256').update(identity).digest('hex').slice(0, 8);
    this.names = new RegExp(`^\\d{8}T\\d{9}Z-([0-9a-f]{32})-${this.mark}-[a-z-]+\\.eml(\\.\\d+)?$`);
  }

  /** Whole or not at all, readable by its owner only; once more it is the same file. @returns its path as people know it */
  async write(message: Named, eml: Buffer): Promise<string> {
    await mkdir(this.path, { recursive: true, mode: 0o700 });
    const path = join(this.path, this.nameOf(message));
    const unfinished = `${path}.${process.pid}`;
    await writeFile(unfinished, eml, { mode: 0o600 });
    await rename(unfinished, path);
    return relative(projectFolder, path).startsWith('..') ? path : relative(projectFolder, path);
  }

  /** The Message-IDs of the mails that are here. */
  async messages(): Promise<string[]> {
    return (await this.files()).map(({ messageId }) => messageId);
  }

  /** Removes the files of these mails. */
  async remove(messageIds: ReadonlySet<string>): Promise<void> {
    for (const { name, messageId } of await this.files())
      if (messageIds.has(messageId)) await unlink(join(this.path, name)).catch(ignoreMissing);
  }

  private async files(): Promise<{ name: string; messageId: string }[]> {
    const names = await readdir(this.path).catch((error: unknown) => {
      ignoreMissing(error);
      return [];
    });
    return names.flatMap((name) => {
      const messageId = this.names.exec(name)?.[1];
      return messageId === undefined ? [] : [{ name, messageId }];
    });
  }

  /** In the order of time. */
  private nameOf({ createdAt, messageId, template }: Named): string {
    const time = new Date(createdAt).toISOString().replace(/[-:.]/g, '');
    return `${time}-${messageId}-${this.mark}-${template}.eml`;
  }
}

/** Another process may have been quicker. */
function ignoreMissing(error: unknown): void {
  if (Reflect.get(error as object, 'code') !== 'ENOENT') throw error;
}
