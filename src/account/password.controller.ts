import { Body, Controller, Get, HttpStatus, Logger, Post, Redirect, Render, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Permissions } from '../access/decorators';
import { principalOf } from '../access/roles.guard';
import { SignInEvents } from '../audit/sign-in-events';
import { AttemptLimits } from '../auth/attempt-limits';
import { actorOf } from '../auth/origin';
import { networkOf } from '../config/network';
import { renewSession, tellNext } from '../auth/session';
import { PasswordPolicy } from '../users/password-policy';
import { Passwords } from '../users/passwords';
import type { SessionRenewal } from '../users/sessions.service';
import { AccountChanged } from '../users/user-errors';
import type { User } from '../users/user.entity';
import { UsersService } from '../users/users.service';
import { passwordForm } from './password.form';

type PasswordChange = ReturnType<typeof passwordForm.transform>;

@Controller('account/password')
@Permissions('user-write')
export class PasswordController {
  private readonly logger = new Logger('Password');

  constructor(
    private readonly users: UsersService,
    private readonly passwords: Passwords,
    private readonly policy: PasswordPolicy,
    private readonly limits: AttemptLimits,
    private readonly events: SignInEvents,
  ) {}

  @Get()
  @Render('account/password')
  show() {
    return passwordForm.blank();
  }

  @Post()
  @Redirect('/account', HttpStatus.SEE_OTHER)
  async change(@Body(passwordForm) form: PasswordChange, @Req() request: Request): Promise<void> {
    const user = await this.users.byEmail(principalOf(request)?.email ?? '');
    await this.judge(form, user, request);
    await this.prove(user, form, request);
    const to = await this.passwords.hash(form.password, networkOf(request.ip ?? ''));
    await renewSession(request, (keep) => this.save(user, { to, keep }, form, request));
    this.logger.log({ event: 'password changed', user: user.id, ip: request.ip, requestId: request.requestId });
    await tellNext(request, 'Your password is changed. You are signed out everywhere else.');
  }

  private async judge(form: PasswordChange, user: User, request: Request): Promise<void> {
    if (form.password.normalize('NFKD') === form.current_password.normalize('NFKD'))
      throw passwordForm.rejected(form, { password: 'Choose a password that differs from the current one.' });
    if (form.password !== form.password_confirm)
      throw passwordForm.rejected(form, { password_confirm: 'This is not the same password.' });
    await this.limits.beginPasswordChoice(request.ip ?? '');
    const weakness = this.policy.faultOfStrength(form.password, user);
    if (weakness) throw passwordForm.rejected(form, { password: weakness });
  }

  /** Who sits at somebody's open session could guess here as at the sign-in, so the same limit holds. */
  private async prove(user: User, form: PasswordChange, request: Request): Promise<void> {
    const ip = request.ip ?? '';
    this.passwords.ensureRoom(networkOf(ip));
    await this.limits.beginSignIn(user.email, ip);
    const isTheirs = await this.passwords.verify(form.current_password, user.passwordHash, networkOf(ip));
    if (!isTheirs) {
      await this.events.record({ kind: 'wrong password', userId: user.id, ip }, { requestId: request.requestId });
      throw passwordForm.rejected(form, { current_password: 'This is not your current password.' });
    }
    await this.limits.signInSucceeded(user.email, ip);
  }

  private async save(
    user: User,
    change: { to: string; keep: SessionRenewal },
    form: PasswordChange,
    request: Request,
  ): Promise<void> {
    try {
      await this.users.changePassword(actorOf(request), user.email, {
        from: user.passwordHash,
        ...change,
      });
    } catch (error) {
      throw error instanceof AccountChanged ? passwordForm.rejected(form, { current_password: error.message }) : error;
    }
  }
}
