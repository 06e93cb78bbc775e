import { randomUUID } from 'node:crypto';
import {
  Controller,
  Get,
  HttpStatus,
  Inject,
  Post,
  Query,
  Redirect,
  Render,
  Req,
  Res,
  UseGuards,
  type HttpRedirectResponse,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import { Area, SignedOut } from '../access/decorators';
import { settings, type Settings } from '../config/settings';
import { sitePath } from '../forms/site-path';
import { endInWords } from '../sessions/why-session-ended';
import { SentAgain, SessionNotOpened } from '../sessions/session-store';
import { LocalAuthGuard } from './local-auth.guard';
import { wrongCredentials } from './local.strategy';
import { loginForm } from './login.form';
import { SignInMessage } from './sign-in-message';
import { SignIn } from './sign-in.service';
import type { KnowsPassword } from './password-check.service';

@Controller('login')
@Area('Signing in', 'Sign in')
@SignedOut()
export class LoginController {
  constructor(
    private readonly signIn: SignIn,
    private readonly message: SignInMessage,
    @Inject(settings.KEY) private readonly settings: Settings,
  ) {}

  @Get()
  @Render('auth/login')
  show(@Query('next') next: unknown, @Req() request: Request, @Res({ passthrough: true }) response: Response) {
    const values = { next: next === undefined ? '' : sitePath(next), form: randomUUID() };
    const notice = this.message.take(request, response);
    // What somebody has just done here says it already.
    return { ...loginForm.blank(values), notice, ended: notice ? null : endInWords(request, this.settings) };
  }

  @Post()
  @UseGuards(LocalAuthGuard)
  @Redirect('/', HttpStatus.SEE_OTHER)
  async goOn(
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Partial<HttpRedirectResponse>> {
    const next = sitePath((request.body as { next?: unknown }).next);
    try {
      return { url: await this.signIn.signIn(takeKnowsPassword(request), next, request, response) };
    } catch (error) {
      // The browser has turned away from this answer, to that of the form sent later.
      if (error instanceof SentAgain) return { url: next };
      throw error instanceof SessionNotOpened ? wrongCredentials(request.body as object) : error;
    }
  }
}

/** What Passport has left on the request is nobody who is signed in. */
function takeKnowsPassword(request: Request): KnowsPassword {
  const { user } = request as unknown as { user: KnowsPassword };
  delete request.user;
  return user;
}
