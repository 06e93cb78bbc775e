import { Body, Controller, Get, Header, HttpStatus, Post, Redirect, Render, Req, Res } from '@nestjs/common';
import type { HttpRedirectResponse } from '@nestjs/common';
import type { Request, Response } from 'express';
import { SignInFirst } from '../access/access-errors';
import { Area, SignedOut } from '../access/decorators';
import { SentAgain, SessionNotOpened } from '../sessions/session-store';
import { SignIn } from './sign-in.service';
import { secondStepForm } from './second-step.form';

/** The second step of signing in, which there is only behind a right password. */
@Controller('login/two-factor')
@Area('Signing in', 'Sign in with a second factor')
@SignedOut()
export class SecondStepController {
  constructor(private readonly signIn: SignIn) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  @Render('auth/two-factor')
  async show(@Req() request: Request) {
    const user = await this.signIn.halfwayIn(request);
    if (!user) throw new SignInFirst(false);
    return { ...secondStepForm.blank(), isPasswordSet: user.isPasswordSet };
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
    const { code } = secondStepForm.transform(sent);
    try {
      if (!(await this.signIn.finish(user, code, request, response))) throw wrongCode();
    } catch (error) {
      if (error instanceof SessionNotOpened && !(error instanceof SentAgain)) throw new SignInFirst(false);
      if (!(error instanceof SentAgain)) throw error;
    }
    return { url: user.next, statusCode: HttpStatus.SEE_OTHER };
  }
}

/** One answer for a wrong code, one that was used, and one that is too old. */
function wrongCode() {
  const message = 'This code is not right, or was used already. Wait for the next one.';
  return secondStepForm.rejected({}, {}, { status: HttpStatus.UNAUTHORIZED, message });
}
