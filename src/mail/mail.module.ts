import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { FiledMails } from './filed-mails';
import { MailDelivery } from './mail-delivery';
import { MailFolder } from './mail-folder';
import { MailPace } from './mail-pace';
import { MailSubjects } from './mail-subjects';
import { MailTemplates } from './mail-templates';
import { MailWorker } from './mail-worker';
import { LinkTokens, MailedLinks } from './mailed-link';
import { Outbox } from './outbox.service';
import { UndeliverableMails } from './undeliverable-mails.service';

const services = [FiledMails, LinkTokens, MailedLinks, MailFolder, MailPace, MailSubjects, Outbox, UndeliverableMails];

@Module({ imports: [DiscoveryModule], providers: services, exports: services })
export class MailModule {}

/** Of the site alone: what commands leave in the outbox is sent by it. */
@Module({ imports: [DiscoveryModule, MailModule], providers: [MailDelivery, MailTemplates, MailWorker] })
export class MailSendingModule {}
