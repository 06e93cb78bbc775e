import { Injectable, type ExecutionContext } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { Request } from 'express';
import { wrongCredentials } from './local.strategy';
import { loginForm } from './login.form';
import { SessionNotOpened } from './session-store';

/** Checks the form, proves the person with Passport's local strategy, and signs him in under a new session id. */
@Injectable()
export class LocalAuthGuard extends AuthGuard('local') {
  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    loginForm.transform(request.body);
    await super.canActivate(context);
    try {
      await super.logIn(request);
    } catch (error) {
      throw error instanceof SessionNotOpened ? wrongCredentials(request.body as object) : error;
    }
    return true;
  }
}
