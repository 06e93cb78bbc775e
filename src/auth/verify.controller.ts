import { Body, Controller, Get, HttpStatus, Post, Query, Redirect, Render, Req } from '@nestjs/common';
import type { HttpRedirectResponse } from '@nestjs/common';
import type { Request } from 'express';
import { Area, Authenticated, CurrentUser } from '../access/decorators';
import type { Principal } from '../access/principal';
import { UsersService } from '../accounts/users.service';
import { Accepts } from '../forms/accepts';
import { sitePath } from '../forms/site-path';
import { goOnIn, renewSession } from '../sessions/session';
import { Sessions } from '../sessions/sessions.service';
import type { User } from '../users/user.entity';
import { carriedBy } from './interrupted-form';
import { OwnPassword } from './own-password.service';
import { verifyForm } from './verify.form';

type Proof = ReturnType<typeof verifyForm.transform>;

/** What the form carries of another one, which it interrupted. */
const carried = (_controller: VerifyController, { body, query }: Request) =>
  query.then === undefined ? {} : carriedBy(body, query.then);

/** Somebody signed in proves again who they are, and goes on to what asked for it: a page, or a form they had sent. */
@Controller('verify')
@Area('Signing in', 'Prove again who you are')
@Authenticated()
export class VerifyController {
  constructor(
    private readonly users: UsersService,
    private readonly ownPassword: OwnPassword,
    private readonly sessions: Sessions,
  ) {}

  @Get()
  @Render('auth/verify')
  show(@Query('next') next: unknown) {
    return verifyForm.blank({ next: next === undefined ? '' : sitePath(next) });
  }

  /** A form that was interrupted is sent on as it is, by 307. */
  @Post()
  @Accepts(verifyForm, carried)
  @Redirect('/', HttpStatus.SEE_OTHER)
  async verify(
    @Body(verifyForm) form: Proof,
    @Query('then') then: unknown,
    @CurrentUser() { email }: Principal,
    @Req() request: Request,
  ): Promise<HttpRedirectResponse> {
    const user = await this.users.byEmail(email);
    if (!(await this.ownPassword.verify(form.password, user, request)))
      throw verifyForm.rejected(form, { password: 'This is not your password.' }, { status: HttpStatus.UNAUTHORIZED });
    await this.note(user, request);
    if (then === undefined) return { url: sitePath(form.next), statusCode: HttpStatus.SEE_OTHER };
    return { url: sitePath(then), statusCode: HttpStatus.TEMPORARY_REDIRECT };
  }

  /** The session goes on under a new id; where a double click has done that already, in one more that goes on from it. */
  private async note({ id, passwordHash }: User, request: Request): Promise<void> {
    const isNoted = await renewSession(request, (renewal) => this.sessions.prove(id, passwordHash, renewal));
    if (!isNoted) await goOnIn(request, { id, verifiedHash: passwordHash });
  }
}
