import { Body, Controller, Get, HttpStatus, Inject, Post, Redirect, Render, Req } from '@nestjs/common';
import type { Request } from 'express';
import { principalOf } from '../access/current-user';
import { Area, CurrentUser, Fresh, Keywords, Permissions } from '../access/decorators';
import { actorOf } from '../access/origin';
import type { Principal } from '../access/principal';
import { EmailChanges } from '../accounts/email-changes.service';
import { UsersService } from '../accounts/users.service';
import { AttemptLimits } from '../auth/attempt-limits';
import { settings, type Settings } from '../config/settings';
import { Accepts } from '../forms/accepts';
import { setFlashMessage } from '../sessions/session';
import { EmailTaken } from '../users/user-errors';
import { emailForm } from './email.form';

type Asked = ReturnType<typeof emailForm.transform>;

const pageOf = (controller: EmailController, request: Request) => controller.pageOf(principalOf(request)?.id ?? 0);

/** Somebody gives their account another address: it holds once the new one is confirmed by a link. */
@Controller('account/email')
@Area('Your account', 'Change your address')
@Keywords('email')
@Permissions('user-write')
@Fresh()
export class EmailController {
  constructor(
    private readonly changes: EmailChanges,
    private readonly users: UsersService,
    private readonly limits: AttemptLimits,
    @Inject(settings.KEY) private readonly settings: Settings,
  ) {}

  @Get()
  @Render('account/email')
  async show(@CurrentUser() { id }: Principal) {
    return { ...emailForm.blank(), ...(await this.pageOf(id)) };
  }

  @Post()
  @Accepts(emailForm, pageOf)
  @Redirect('/account/email', HttpStatus.SEE_OTHER)
  async ask(
    @Body(emailForm) { email: to }: Asked,
    @CurrentUser() { id, email }: Principal,
    @Req() request: Request,
  ): Promise<void> {
    await this.limits.beginEmailChange(id);
    await this.ensureMayBeTold(id, to);
    await this.changes.ask(actorOf(request), email, to);
    const message = `We’ve sent an email to ${to}. Your address changes once you open the link in it and confirm.`;
    await setFlashMessage(request, message);
  }

  async pageOf(userId: number) {
    return { waiting: await this.changes.waitingOf(userId) };
  }

  /** As at registering: where no mail is set up, that an address is taken is told beside the field. @throws EmailTaken */
  private async ensureMayBeTold(userId: number, email: string): Promise<void> {
    if (this.settings.MAIL_URL !== null) return;
    const owner = await this.users.findByEmail(email);
    if (owner && owner.id !== userId) throw new EmailTaken(email);
  }
}
