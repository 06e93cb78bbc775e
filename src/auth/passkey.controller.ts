import { Body, Controller, Header, HttpCode, HttpStatus, Post, Redirect, Req, Res } from '@nestjs/common';
import type { HttpRedirectResponse } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Area, SignedOut, Title } from '../access/decorators';
import { originOf, type Origin } from '../access/origin';
import { UsersService } from '../accounts/users.service';
import { SignInEvents } from '../audit/sign-in-events';
import { Clock } from '../config/clock';
import { Passkeys } from '../factors/passkeys.service';
import { sitePath } from '../forms/site-path';
import { FlowCookie } from '../sessions/flow-cookie';
import { logIn } from '../sessions/session';
import { SentAgain, SessionNotOpened } from '../sessions/session-store';
import { LinkEnded } from '../users/user-errors';
import { isLockedHash } from '../users/can-sign-in';
import type { User } from '../users/user.entity';
import { ADDRESS_NOT_PROVEN, AddressProof } from './address-proof.service';
import { AttemptLimits } from './attempt-limits';
import { passkeyForm } from './passkey.form';
import { SignIn, type HalfwayIn } from './sign-in.service';

const LASTS = 10 * 60_000;

declare module '../sessions/flow-cookie' {
  interface FlowsOfFeatures {
    'passkey sign-in': { challenge: string };
  }
}

type Answer = ReturnType<typeof passkeyForm.transform>;

/** Signing in by a passkey: in place of the password and a second factor, or after the password as the second one. */
@Controller('login/passkey')
@Area('Signing in', 'Sign in with a passkey')
@SignedOut()
export class PasskeyController {
  constructor(
    private readonly passkeys: Passkeys,
    private readonly signIn: SignIn,
    private readonly users: UsersService,
    private readonly limits: AttemptLimits,
    private readonly events: SignInEvents,
    private readonly proof: AddressProof,
    private readonly flows: FlowCookie,
    private readonly clock: Clock,
  ) {}

  /** What a script of ours hands to the browser, as JSON. */
  @Post('options')
  @Title('Be asked for a passkey')
  @HttpCode(HttpStatus.OK)
  @Header('Cache-Control', 'no-store')
  async ask(@Req() request: Request, @Res({ passthrough: true }) response: Response) {
    const options = await this.passkeys.optionsToSignIn();
    const { challenge } = options;
    const halfway = await this.signIn.halfwayIn(request);
    if (halfway) this.signIn.keep({ ...halfway, challenge }, response);
    else this.flows.seal(response, 'passkey sign-in', { challenge }, new Date(this.clock.now().getTime() + LASTS));
    return options;
  }

  @Post()
  @Header('Cache-Control', 'no-store')
  @Redirect('/', HttpStatus.SEE_OTHER)
  async enter(
    @Body(passkeyForm) answer: Answer,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<HttpRedirectResponse> {
    const origin = originOf(request);
    await this.limits.beginPasskey(origin.ip);
    const halfway = await this.signIn.halfwayIn(request);
    const challenge = halfway ? halfway.challenge : this.flows.open(request, 'passkey sign-in')?.challenge;
    const userId = challenge === undefined ? null : await this.passkeys.ownerBy(answer.credential, challenge);
    if (userId === null || (halfway && halfway.id !== userId)) throw await this.refused(answer, origin, userId);
    await this.limits.passkeyWasRight(origin.ip);
    if (!(await this.open(userId, answer, halfway, request))) throw await this.refused(answer, origin, userId);
    this.flows.clear(response);
    return { url: halfway ? halfway.next : sitePath(answer.next), statusCode: HttpStatus.SEE_OTHER };
  }

  /** @returns false for somebody who is not active, has to set a new password first, or whose passkey was removed meanwhile */
  private async open(userId: number, answer: Answer, halfway: HalfwayIn | null, request: Request): Promise<boolean> {
    const user = await this.users.findById(userId);
    if (!user?.active || user.factorsVersion === null || isLockedHash(user.passwordHash)) return false;
    const isToProve = halfway?.addressToProve !== undefined;
    if (!isToProve && (await this.proof.isMissing(user))) throw await this.addressNotProven(user, answer);
    const origin = originOf(request);
    const proof = { factors: user.factorsVersion, factor: 'passkey', verifiedHash: halfway?.verifiedHash } as const;
    try {
      if (halfway) await this.signIn.noteProof(halfway, origin);
      await logIn(request, { id: userId, ...proof, remember: halfway?.remember ?? answer.remember, origin });
    } catch (error) {
      if (error instanceof LinkEnded || (error instanceof SessionNotOpened && !(error instanceof SentAgain)))
        return false;
      throw error;
    }
    await this.events.record({ kind: 'signed in', userId, ip: origin.ip }, { requestId: origin.requestId });
    return true;
  }

  /** Only for who has shown their passkey. */
  private async addressNotProven(user: User, { next }: Answer) {
    await this.proof.mail(user);
    return passkeyForm.rejected({ next }, {}, { status: HttpStatus.FORBIDDEN, message: ADDRESS_NOT_PROVEN });
  }

  /** One answer, whatever is wrong. */
  private async refused(answer: Answer, { ip, requestId }: Origin, userId: number | null) {
    const entry = { kind: 'sign-in refused', userId: userId ?? undefined, ip } as const;
    await this.events.record(entry, { requestId });
    const message = 'You can’t sign in with this passkey. Try again, or sign in with your password.';
    return passkeyForm.rejected({ next: answer.next }, {}, { status: HttpStatus.UNAUTHORIZED, message });
  }
}
