import {
  Controller,
  Get,
  HttpStatus,
  Param,
  Post,
  Query,
  Redirect,
  Render,
  Req,
  type HttpRedirectResponse,
} from '@nestjs/common';
import type { Request } from 'express';
import { Fresh, Keywords, Permissions, Title } from '../../access/decorators';
import { actorOf } from '../../access/origin';
import { parseRowId } from '../../config/row-id';
import type { MailData } from '../../mail/mail-names';
import { MailSubjects } from '../../mail/mail-subjects';
import { UndeliverableMails } from '../../mail/undeliverable-mails.service';
import { setFlashMessage } from '../../sessions/session';
import { IdInPath } from '../../web/id-in-path';
import { Administration } from '../administration';

const SHOWN = 50;
const COUNTED = 1000;

/** Mails that could not be delivered: why, and another try. */
@Controller('admin/mail')
@Administration()
@Permissions('users-write')
export class MailController {
  constructor(
    private readonly undeliverable: UndeliverableMails,
    private readonly subjects: MailSubjects,
  ) {}

  @Get()
  @Title('See emails that couldn’t be delivered')
  @Keywords('undelivered mails, outbox')
  @Render('admin/mail/index')
  async index(@Query('before') before: unknown) {
    const from = parseRowId(before) ?? undefined;
    const found = await this.undeliverable.page(SHOWN + 1, from);
    const waiting = await this.undeliverable.waiting(COUNTED + 1);
    const mails = found.slice(0, SHOWN).map(({ id, template, data, address, createdAt, failedAt, fault }) => ({
      id,
      subject: this.subjects.subjectOf(template, JSON.parse(data) as MailData),
      address,
      createdAt: new Date(createdAt),
      failedAt: new Date(failedAt ?? createdAt),
      fault,
    }));
    return {
      waiting: waiting && { ...waiting, isOne: waiting.count === 1, isMore: waiting.count > COUNTED, counted: COUNTED },
      mails,
      first: from === undefined ? null : '/admin/mail',
      next: found.length > SHOWN ? `/admin/mail?before=${mails.at(-1)!.id}` : null,
    };
  }

  @Post(':id/retry')
  @Fresh()
  @Title('Send an email again that couldn’t be delivered')
  @Redirect('/admin/mail', HttpStatus.SEE_OTHER)
  async retry(@Param('id', IdInPath) id: number, @Req() request: Request): Promise<Partial<HttpRedirectResponse>> {
    await this.undeliverable.retry(actorOf(request), id);
    await setFlashMessage(request, 'The email is being sent again. If that fails too, it comes back here.');
    return {};
  }
}
