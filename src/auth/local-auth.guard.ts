import { Injectable, type ExecutionContext } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { Request } from 'express';
import type { SessionData } from 'express-session';
import { wrongCredentials } from './local.strategy';
import { loginForm } from './login.form';
import { SentAgain, SessionNotOpened } from './session-store';

/** Checks the form, proves the person with Passport's local strategy, and signs them in under a new session id. */
@Injectable()
export class LocalAuthGuard extends AuthGuard('local') {
  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    loginForm.transform(request.body);
    await super.canActivate(context);
    try {
      await super.logIn(request);
    } catch (error) {
      if (!(error instanceof SentAgain))
        throw error instanceof SessionNotOpened ? wrongCredentials(request.body as object) : error;
      // The browser has turned away from this answer, to that of the form sent later.
      delete (request.session as Partial<SessionData>).passport;
    }
    return true;
  }
}
