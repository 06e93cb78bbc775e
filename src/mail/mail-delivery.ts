import { Inject, Injectable, Logger } from '@nestjs/common';
import type SMTPTransport from 'nodemailer/lib/smtp-transport';
import type { SendMailOptions, Transporter } from 'nodemailer';
import { settings, type Settings } from '../config/settings';
import { Database } from '../database/database';
import { faultOfText, normaliseText } from '../text/naming';
import { User } from '../users/user.entity';
import { MailFolder } from './mail-folder';
import { transportTo } from './mail-server';
import { MailTemplates } from './mail-templates';
import { MailedLinks } from './mailed-link';
import type { MailData } from './mail-names';
import type { OutboxMessage } from './outbox-message.entity';

/** What every program reads as one address: earlier versions took others, and nodemailer looks for several in them. */
const PLAIN_ADDRESS = /^[^\s\p{C}"(),:;<>@[\\\]]+@[^\s\p{C}"(),:;<>@[\\\]]+$/u;

/** No mail can be sent there. */
export class UnusableAddress extends Error {
  constructor() {
    super('No email can be sent to this address.');
  }
}

export type PreparedMail = SendMailOptions;

/** Makes a mail of what the outbox holds, and hands it to the mail server or to the folder. */
@Injectable()
export class MailDelivery {
  private readonly logger = new Logger('Mail');
  private transport?: Promise<Transporter<SMTPTransport.SentMessageInfo>>;

  constructor(
    private readonly database: Database,
    private readonly templates: MailTemplates,
    private readonly links: MailedLinks,
    private readonly folder: MailFolder,
    @Inject(settings.KEY) private readonly settings: Settings,
  ) {}

  /** @returns null where its link has ended, so that there is nothing to send. @throws UnusableAddress */
  async prepare(message: OutboxMessage): Promise<PreparedMail | null> {
    if (!PLAIN_ADDRESS.test(message.address)) throw new UnusableAddress();
    const link = await this.linkOf(message);
    if (message.linkKind !== null && !link) return null;
    const about = {
      address: message.address,
      name: await this.nameOf(message),
      link: link?.address ?? null,
      ends: link?.ends ?? null,
    };
    const rendered = await this.templates.render(message.template, about, JSON.parse(message.data) as MailData);
    return { ...rendered, ...this.envelopeOf(message) };
  }

  /** @throws what nodemailer or the file system says */
  async deliver(message: OutboxMessage, mail: PreparedMail): Promise<void> {
    if (this.settings.MAIL_URL) await this.send(this.settings.MAIL_URL, mail);
    else await this.file(message, mail);
  }

  private async linkOf({ linkKind, linkId }: OutboxMessage): Promise<{ address: string; ends: Date } | null> {
    if (linkKind === null || linkId === null) return null;
    const ends = (await this.links.endsOf(linkKind, [linkId])).get(linkId);
    return ends ? { address: this.links.addressOf(linkKind, linkId), ends } : null;
  }

  private async nameOf({ userId }: OutboxMessage): Promise<string | null> {
    const user = userId === null ? null : await this.database.read.findOneBy(User, { id: userId });
    const name = user?.emailConfirmedAt ? normaliseText(user.name) : '';
    return name === '' || faultOfText('name', name) !== null ? null : name;
  }

  /** The address is a plain one, so that nothing in it is read as a header or as another address. */
  private envelopeOf({ address, messageId, createdAt }: OutboxMessage) {
    const { MAIL_FROM, APP_NAME, APP_URL } = this.settings;
    const from = MAIL_FROM ?? { name: null, address: `no-reply@${new URL(APP_URL).hostname}` };
    return {
      from: { name: from.name ?? APP_NAME, address: from.address },
      to: { name: '', address },
      envelope: { from: from.address, to: address },
      messageId: `<${messageId}@${new URL(APP_URL).hostname}>`,
      date: new Date(createdAt),
      headers: { 'Auto-Submitted': 'auto-generated' },
      disableFileAccess: true,
      disableUrlAccess: true,
    };
  }

  private async send(server: NonNullable<Settings['MAIL_URL']>, mail: PreparedMail): Promise<void> {
    this.transport ??= transportTo(server);
    await (await this.transport).sendMail(mail);
  }

  private async file(message: OutboxMessage, mail: PreparedMail): Promise<void> {
    const { createTransport } = await import('nodemailer');
    const composer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
    const { message: eml } = await composer.sendMail(mail);
    const path = await this.folder.write(message, eml as Buffer);
    this.logger.log(`A mail is in ${path}. No mail server is set up: MAIL_URL.`);
  }
}
