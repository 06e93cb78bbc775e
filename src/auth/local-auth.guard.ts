import { Injectable, type ExecutionContext } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { Request } from 'express';
import type { AuthenticatedUser } from '../sessions/authenticated-user';
import { logIn } from '../sessions/session';
import { SentAgain, SessionNotOpened } from '../sessions/session-store';
import { wrongCredentials } from './local.strategy';
import { loginForm } from './login.form';

/** Checks the form, proves the person with Passport's local strategy, and signs them in under a new session id. */
@Injectable()
export class LocalAuthGuard extends AuthGuard('local') {
  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request & { user: AuthenticatedUser }>();
    loginForm.transform(request.body);
    await super.canActivate(context);
    try {
      await logIn(request, request.user);
    } catch (error) {
      // The browser has turned away from this answer, to that of the form sent later.
      if (error instanceof SentAgain) return true;
      throw error instanceof SessionNotOpened ? wrongCredentials(request.body as object) : error;
    }
    return true;
  }
}
