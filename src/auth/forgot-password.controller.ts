import { Body, Controller, Get, HttpStatus, Inject, Post, Redirect, Render, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Area, SignedOut } from '../access/decorators';
import { originOf } from '../access/origin';
import { settings, type Settings } from '../config/settings';
import { Database } from '../database/database';
import { Accepts } from '../forms/accepts';
import { Outbox } from '../mail/outbox.service';
import { AttemptLimits } from './attempt-limits';
import { forgotPasswordForm } from './forgot-password.form';
import { SignInMessage } from './sign-in-message';

/**
 * Asks for a link to set a new password. The answer is one and the same, and comes before anybody looks whether there is such
 * an account: `Recovery` does that.
 */
@Controller('forgot-password')
@Area('Signing in', 'Get a link to set a new password')
@SignedOut()
export class ForgotPasswordController {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly limits: AttemptLimits,
    private readonly message: SignInMessage,
    @Inject(settings.KEY) private readonly settings: Settings,
  ) {}

  @Get()
  @Render('auth/forgot-password')
  show() {
    return { ...forgotPasswordForm.blank(), ...this.page() };
  }

  @Post()
  @Accepts<ForgotPasswordController>(forgotPasswordForm, (controller) => controller.page())
  @Redirect('/login', HttpStatus.SEE_OTHER)
  async ask(
    @Body(forgotPasswordForm) { email }: ReturnType<typeof forgotPasswordForm.transform>,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<void> {
    const { ip, requestId } = originOf(request);
    await this.limits.beginRecovery(ip);
    await this.database.transaction((manager) =>
      this.outbox.ask(manager, 'recovery', { email, data: { ip, requestId } }),
    );
    this.message.leave(response, 'mail sent');
  }

  /** Where nobody is mailed anything, a person has to help. */
  page(): { isWithoutMail: boolean } {
    return { isWithoutMail: this.settings.isProduction && this.settings.MAIL_URL === null };
  }
}
