import { Injectable } from '@nestjs/common';
import { PassportSerializer } from '@nestjs/passport';
import type { Principal } from '../access/principal';
import { Principals } from '../accounts/principals.service';
import type { AuthenticatedUser } from './authenticated-user';
import type { SessionIdentity } from './session-store';

/** Between Passport's session and ours: an authenticated user opens one, the identity in one becomes the principal. */
@Injectable()
export class SessionSerializer extends PassportSerializer {
  constructor(private readonly principals: Principals) {
    super();
  }

  serializeUser(user: AuthenticatedUser, done: (error: unknown, user?: AuthenticatedUser) => void): void {
    done(null, user);
  }

  deserializeUser(
    { userId, accessVersion, provedAt }: SessionIdentity,
    done: (error: unknown, user?: Principal | false) => void,
  ): void {
    this.principals
      .atVersion(userId, accessVersion)
      .then((principal) => done(null, principal?.inSession(provedAt) ?? false), done);
  }
}
