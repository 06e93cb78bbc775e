import {
  Body,
  Controller,
  Get,
  Header,
  HttpCode,
  HttpStatus,
  Post,
  Query,
  Redirect,
  Render,
  Req,
  Res,
} from '@nestjs/common';
import type { HttpRedirectResponse } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Area, Authenticated, CurrentUser, OpensBeforeSecondFactor, Title } from '../access/decorators';
import { originOf } from '../access/origin';
import type { Principal } from '../access/principal';
import { UsersService } from '../accounts/users.service';
import { Clock } from '../config/clock';
import { Passkeys } from '../factors/passkeys.service';
import { Accepts } from '../forms/accepts';
import { sitePath } from '../forms/site-path';
import { FlowCookie } from '../sessions/flow-cookie';
import { goOnIn, renewSession } from '../sessions/session';
import type { SecondFactor } from '../sessions/session.entity';
import { Sessions } from '../sessions/sessions.service';
import type { User } from '../users/user.entity';
import { AttemptLimits } from './attempt-limits';
import { carriedBy } from './interrupted-form';
import { OwnPassword } from './own-password.service';
import { CodesLeft } from './codes-left.service';
import { SignIn } from './sign-in.service';
import { verifyByPasskeyForm, verifyForm } from './verify.form';

const LASTS = 10 * 60_000;

declare module '../sessions/flow-cookie' {
  interface FlowsOfFeatures {
    'passkey proof': { userId: number; challenge: string };
  }
}

type Proof = ReturnType<typeof verifyForm.transform>;
type PasskeyProof = ReturnType<typeof verifyByPasskeyForm.transform>;

/** What the form carries of another one, which it interrupted. */
const carried = (_controller: VerifyController, { body, query }: Request) =>
  query.then === undefined ? {} : carriedBy(body, query.then);

/** Somebody signed in proves again who they are, and goes on to what asked for it: a page, or a form they had sent. */
@Controller('verify')
@OpensBeforeSecondFactor()
@Area('Signing in', 'Prove again who you are')
@Authenticated()
export class VerifyController {
  constructor(
    private readonly users: UsersService,
    private readonly ownPassword: OwnPassword,
    private readonly sessions: Sessions,
    private readonly signIn: SignIn,
    private readonly codesLeft: CodesLeft,
    private readonly passkeys: Passkeys,
    private readonly limits: AttemptLimits,
    private readonly flows: FlowCookie,
    private readonly clock: Clock,
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
    const factor = await this.secondFactorIn(form, user, request);
    await this.note(user, request);
    if (factor === 'recovery code') await this.codesLeft.tell(request, user.id);
    return onTo(form.next, then);
  }

  /** What a script of ours hands to the browser, as JSON. */
  @Post('passkey/options')
  @Title('Be asked for a passkey once more')
  @HttpCode(HttpStatus.OK)
  @Header('Cache-Control', 'no-store')
  async ask(@CurrentUser() { id: userId }: Principal, @Res({ passthrough: true }) response: Response) {
    const options = await this.passkeys.optionsToSignIn();
    const flow = { userId, challenge: options.challenge };
    this.flows.seal(response, 'passkey proof', flow, new Date(this.clock.now().getTime() + LASTS));
    return options;
  }

  /** A passkey stands for both, the password and the second factor. */
  @Post('passkey')
  @Accepts(verifyByPasskeyForm, carried)
  @Redirect('/', HttpStatus.SEE_OTHER)
  async verifyByPasskey(
    @Body(verifyByPasskeyForm) form: PasskeyProof,
    @Query('then') then: unknown,
    @CurrentUser() { id, email }: Principal,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<HttpRedirectResponse> {
    await this.limits.beginPasskey(request.ip ?? '');
    const flow = this.flows.open(request, 'passkey proof');
    const isTheirs = flow?.userId === id && (await this.passkeys.ownerBy(form.credential, flow.challenge)) === id;
    if (!isTheirs) {
      const message = 'This passkey is not yours. Try again, or enter your password.';
      throw verifyByPasskeyForm.rejected(form, {}, { status: HttpStatus.UNAUTHORIZED, message });
    }
    await this.limits.passkeyWasRight(request.ip ?? '');
    this.flows.clear(response);
    await this.note(await this.users.byEmail(email), request);
    return onTo(form.next, then);
  }

  /** null where they need none. */
  private async secondFactorIn(
    form: Proof,
    { id, factorsVersion }: User,
    request: Request,
  ): Promise<SecondFactor | null> {
    if (factorsVersion === null) return null;
    if (form.code === '') throw verifyForm.rejected(form, { code: 'Enter the code of your second factor.' });
    const factor = await this.signIn.useCode(id, form.code, originOf(request));
    if (factor !== null) return factor;
    const code = 'This code is not right, or was used already. Wait for the next one.';
    throw verifyForm.rejected(form, { code }, { status: HttpStatus.UNAUTHORIZED });
  }

  /** The session goes on under a new id; where a double click has done that already, in one more that goes on from it. */
  private async note({ id, passwordHash }: User, request: Request): Promise<void> {
    const isNoted = await renewSession(request, (renewal) => this.sessions.prove(id, passwordHash, renewal));
    if (!isNoted) await goOnIn(request, { id, verifiedHash: passwordHash });
  }
}

/** A page, or a form that was interrupted, which is sent on as it is. */
function onTo(next: string, then: unknown): HttpRedirectResponse {
  if (then === undefined) return { url: sitePath(next), statusCode: HttpStatus.SEE_OTHER };
  return { url: sitePath(then), statusCode: HttpStatus.TEMPORARY_REDIRECT };
}
