import { HttpStatus, Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { Request } from 'express';
import { Strategy } from 'passport-local';
import { originOf } from '../access/origin';
import { KnownBrowsers } from '../sessions/known-browsers.service';
import { ADDRESS_NOT_PROVEN, AddressNotProven } from './address-proof.service';
import { loginForm } from './login.form';
import { PasswordCheck, type KnowsPassword } from './password-check.service';

/** Passport's way to SignIn. The form was checked before; Passport would take the fields from the address too. */
@Injectable()
export class LocalStrategy extends PassportStrategy(Strategy) {
  constructor(
    private readonly passwordCheck: PasswordCheck,
    private readonly browsers: KnownBrowsers,
  ) {
    super({ usernameField: 'email', passwordField: 'password', passReqToCallback: true });
  }

  async validate(request: Request): Promise<KnowsPassword> {
    const sentAt = Date.now();
    const { email, password, remember, form } = loginForm.transform(request.body);
    const browser = await this.browsers.hashIn(request, email);
    const user = await this.passwordCheck
      .authenticate(email, password, remember, originOf(request), browser)
      .catch((error: unknown) => {
        throw error instanceof AddressNotProven ? addressNotProven(request.body as object) : error;
      });
    if (!user) throw wrongCredentials(request.body as object);
    return { ...user, form: form ? { id: form, sentAt } : undefined };
  }
}

/** One answer for an unknown address, a wrong password and an account that is not active. */
export function wrongCredentials(sent: object) {
  return loginForm.rejected(
    sent,
    {},
    { status: HttpStatus.UNAUTHORIZED, message: 'The e-mail address or the password is not right.' },
  );
}

/** Only for who has given the right password. */
function addressNotProven(sent: object) {
  return loginForm.rejected(sent, {}, { status: HttpStatus.FORBIDDEN, message: ADDRESS_NOT_PROVEN });
}
