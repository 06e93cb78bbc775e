import { Injectable, type ExecutionContext } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { Request } from 'express';
import { loginForm } from './login.form';

/** Checks the form, and proves the password with Passport's local strategy. */
@Injectable()
export class LocalAuthGuard extends AuthGuard('local') {
  override async canActivate(context: ExecutionContext): Promise<boolean> {
    loginForm.transform(context.switchToHttp().getRequest<Request>().body);
    await super.canActivate(context);
    return true;
  }
}
