import { Body, Controller, Get, HttpStatus, Logger, Post, Redirect, Render, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Permissions } from '../access/decorators';
import { principalOf } from '../access/roles.guard';
import { AttemptLimits } from '../auth/attempt-limits';
import { actorOf } from '../auth/origin';
import { tellNext } from '../auth/session';
import { hashOf } from '../auth/session-store';
import { faultOfStrength } from '../users/password-policy';
import { Passwords } from '../users/passwords';
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
    private readonly limits: AttemptLimits,
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
    const errors = this.faultsOf(form, user);
    if (Object.keys(errors).length > 0) throw passwordForm.rejected(form, errors);
    await this.prove(user, form, request);
    const to = await this.passwords.hash(form.password);
    await this.save(user, to, form, request);
    this.logger.log({ event: 'password changed', user: user.id, ip: request.ip, requestId: request.requestId });
    await tellNext(request, 'Your password is changed. You are signed out everywhere else.');
  }

  private faultsOf(form: PasswordChange, user: User): Record<string, string> {
    const weakness = faultOfStrength(form.password, user.email);
    if (weakness) return { password: weakness };
    if (form.password.normalize('NFKD') === form.current_password.normalize('NFKD'))
      return { password: 'Choose a password that differs from the current one.' };
    return form.password === form.password_confirm ? {} : { password_confirm: 'This is not the same password.' };
  }

  /** Who sits at somebody's open session could guess here as at the sign-in, so the same limit holds. */
  private async prove(user: User, form: PasswordChange, request: Request): Promise<void> {
    const ip = request.ip ?? '';
    await this.limits.beginSignIn(user.email, ip);
    const isHis = await this.passwords.verify(form.current_password, user.passwordHash);
    if (!isHis) throw passwordForm.rejected(form, { current_password: 'This is not your current password.' });
    await this.limits.signInSucceeded(user.email, ip);
  }

  private async save(user: User, to: string, form: PasswordChange, request: Request): Promise<void> {
    try {
      await this.users.changePassword(actorOf(request), user.email, {
        from: user.passwordHash,
        to,
        keep: hashOf(request.sessionID),
      });
    } catch (error) {
      throw error instanceof AccountChanged ? passwordForm.rejected(form, { current_password: error.message }) : error;
    }
  }
}
