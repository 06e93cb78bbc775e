import { Body, Controller, Get, Header, HttpStatus, Post, Redirect, Render, Req, Res } from '@nestjs/common';
import type { HttpRedirectResponse } from '@nestjs/common';
import type { Request, Response } from 'express';
import { SignInFirst } from '../access/access-errors';
import { Area, SignedOut, Title } from '../access/decorators';
import { NoSecondFactor } from '../factors/factor-errors';
import { RejectedForm } from '../forms/form';
import { setFlashMessage } from '../sessions/session';
import { SentAgain, SessionNotOpened } from '../sessions/session-store';
import { LinkEnded } from '../users/user-errors';
import { CodesLeft } from './codes-left.service';
import { SignIn, type HalfwayIn } from './sign-in.service';
import { secondStepForm } from './second-step.form';

/** The second step of signing in, which there is only behind a right password. */
@Controller('login/two-factor')
@Area('Signing in', 'Sign in with a second factor')
@SignedOut()
export class SecondStepController {
  constructor(
    private readonly signIn: SignIn,
    private readonly codesLeft: CodesLeft,
  ) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  @Render('auth/two-factor')
  async show(@Req() request: Request) {
    const user = await this.signIn.halfwayIn(request);
    if (!user) throw new SignInFirst(false);
    return { ...secondStepForm.blank(), ...(await this.pageOf(user)) };
  }

  @Post()
  @Header('Cache-Control', 'no-store')
  @Redirect('/', HttpStatus.SEE_OTHER)
  async enter(
    @Body() sent: unknown,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<HttpRedirectResponse> {
    const user = await this.signIn.halfwayIn(request);
    if (!user) throw new SignInFirst(false);
    try {
      const { code } = secondStepForm.transform(sent);
      const factor = await this.signIn.finish(user, code, request, response);
      if (factor === null) throw wrongCode();
      if (factor === 'recovery code') await this.codesLeft.tell(request, user.id);
    } catch (error) {
      if (error instanceof RejectedForm) throw error.withPage(await this.pageOf(user));
      if (!(error instanceof SentAgain)) throw signInFirst(error);
    }
    return { url: user.next, statusCode: HttpStatus.SEE_OTHER };
  }

  /** Open to who has come by a link that was mailed to the address of the account, which nobody had proven before. */
  @Post('remove')
  @Title('Remove second factors that somebody else set up')
  @Header('Cache-Control', 'no-store')
  @Redirect('/', HttpStatus.SEE_OTHER)
  async clear(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<HttpRedirectResponse> {
    const user = await this.signIn.halfwayIn(request);
    if (!user) throw new SignInFirst(false);
    try {
      await this.signIn.clearFactors(user, request, response);
    } catch (error) {
      throw signInFirst(error);
    }
    await setFlashMessage(request, 'The second factors are removed, and you are signed in with your new password.');
    return { url: user.next, statusCode: HttpStatus.SEE_OTHER };
  }

  private async pageOf(user: HalfwayIn) {
    return { isPasswordSet: user.isPasswordSet, mayClear: await this.signIn.mayClearFactors(user) };
  }
}

/** What they proved is no longer so: their password, their address or their second factors are others. */
function signInFirst(error: unknown): unknown {
  const isOver = [SessionNotOpened, NoSecondFactor, LinkEnded].some((kind) => error instanceof kind);
  return isOver ? new SignInFirst(false) : error;
}

/** One answer for a wrong code, one that was used, and one that is too old. */
function wrongCode() {
  const message = 'This code is not right, or was used already. Wait for the next one.';
  return secondStepForm.rejected({}, {}, { status: HttpStatus.UNAUTHORIZED, message });
}
