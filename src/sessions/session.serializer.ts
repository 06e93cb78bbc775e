import { Injectable } from '@nestjs/common';
import { PassportSerializer } from '@nestjs/passport';
import type { Principal } from '../access/principal';
import { Principals } from '../accounts/principals.service';
import type { ProvenUser } from './proven-user';
import type { Standing } from './session-store';

/** Between Passport's session and ours: a proven user opens one, the standing found in one becomes the principal. */
@Injectable()
export class SessionSerializer extends PassportSerializer {
  constructor(private readonly principals: Principals) {
    super();
  }

  serializeUser(user: ProvenUser, done: (error: unknown, user?: ProvenUser) => void): void {
    done(null, user);
  }

  deserializeUser({ userId, accessVersion }: Standing, done: (error: unknown, user?: Principal | false) => void): void {
    this.principals.atVersion(userId, accessVersion).then((principal) => done(null, principal ?? false), done);
  }
}
