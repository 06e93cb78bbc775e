import { randomUUID } from 'node:crypto';
import { Body, Controller, Get, HttpStatus, Logger, Post, Redirect, Render, Req } from '@nestjs/common';
import type { Request } from 'express';
import { CurrentUser } from '../access/current-user';
import { Area, Fresh, Permissions } from '../access/decorators';
import { actorOf } from '../access/origin';
import type { Principal } from '../access/principal';
import { UsersService } from '../accounts/users.service';
import { OwnPassword } from '../auth/own-password.service';
import { PasswordChoice } from '../auth/password-choice.service';
import { askerOf } from '../credentials/asker';
import { PasswordChanges } from '../credentials/password-changes.service';
import { Passwords } from '../credentials/passwords';
import { goOnIn, renewSession, setFlashMessage } from '../sessions/session';
import { AccountChanged } from '../users/user-errors';
import type { User } from '../users/user.entity';
import { passwordForm } from './password.form';

type PasswordChange = ReturnType<typeof passwordForm.transform>;

const ALREADY_CHANGED = 'Your password was already changed with this form.';

@Controller('account/password')
@Area('Your account', 'Change your password')
@Permissions('user-write')
@Fresh()
export class PasswordController {
  private readonly logger = new Logger('Password');

  constructor(
    private readonly users: UsersService,
    private readonly passwordChanges: PasswordChanges,
    private readonly passwords: Passwords,
    private readonly choice: PasswordChoice,
    private readonly ownPassword: OwnPassword,
  ) {}

  @Get()
  @Render('account/password')
  show() {
    return passwordForm.blank({ form: randomUUID() });
  }

  @Post()
  @Redirect('/account', HttpStatus.SEE_OTHER)
  async change(@Body() sent: unknown, @CurrentUser() { email }: Principal, @Req() request: Request): Promise<void> {
    const { form } = Object(sent) as { form?: unknown };
    const outcome = isUsed(form, request) ? ALREADY_CHANGED : await this.accept(email, sent, request);
    if (typeof form === 'string' && form) request.session.passwordForm = form;
    await setFlashMessage(request, outcome);
  }

  /** @returns what became of it, in words */
  private async accept(email: string, sent: unknown, request: Request): Promise<string> {
    const user = await this.users.byEmail(email);
    const form = await this.judge(sent, user, request);
    await this.ensureDiffers(form, user, request);
    const isChanged = await this.save(user, form, request);
    return isChanged ? 'Your password is changed. You are signed out everywhere else.' : ALREADY_CHANGED;
  }

  /**
   * The page asks for no current password, since the proof is fresh; one that is sent all the same must be theirs. It is
   * looked at beside a new one that can't be taken, too: what it costs is limited as at the sign-in, and both are said.
   */
  private async judge(sent: unknown, user: User, request: Request): Promise<PasswordChange> {
    const { values, errors } = await this.choice.read(passwordForm, sent, user, request);
    const { current_password: current } = Object(sent) as { current_password?: string };
    const isJudged = current !== undefined && errors.current_password === undefined;
    const isWrong = isJudged && !(await this.ownPassword.verify(current, user, request));
    if (isWrong) errors.current_password = 'This is not your current password.';
    return passwordForm.accepted(sent, { values: isWrong ? null : values, errors });
  }

  private async ensureDiffers(form: PasswordChange, user: User, request: Request): Promise<void> {
    if (await this.passwords.verify(form.password, user.passwordHash, askerOf(request.ip, user.email)))
      throw passwordForm.rejected(form, { password: 'Choose a password that differs from the current one.' });
  }

  /** @returns false where the new password is set already */
  private async save(user: User, form: PasswordChange, request: Request): Promise<boolean> {
    const { id, email, passwordHash: from } = user;
    const to = await this.passwords.hash(form.password, askerOf(request.ip, email));
    try {
      await renewSession(request, (keep) =>
        this.passwordChanges.changePassword(actorOf(request), email, { from, to, keep }),
      );
    } catch (error) {
      if (!(error instanceof AccountChanged)) throw error;
      if (await this.isSetAlready(await this.users.byEmail(email), form, request)) return false;
      throw passwordForm.rejected(form, { current_password: error.message });
    }
    this.logger.log({ event: 'password changed', user: id, ip: request.ip, requestId: request.requestId });
    return true;
  }

  /**
   * Whether the same form has set the new password meanwhile, as at a double click. The answer to that one may never reach
   * the browser, nor the session that it renewed, so this one opens another that goes on from it.
   */
  private async isSetAlready(
    { id, email, passwordHash }: User,
    form: PasswordChange,
    request: Request,
  ): Promise<boolean> {
    if (!(await this.passwords.verify(form.password, passwordHash, askerOf(request.ip, email)))) return false;
    await goOnIn(request, { id, verifiedHash: passwordHash });
    return true;
  }
}

/** Whether it has changed the password in this session before, as at a double click. */
function isUsed(form: unknown, { session }: Request): boolean {
  return form !== undefined && form !== '' && session.passwordForm === form;
}
