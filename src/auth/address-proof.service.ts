import { Inject, Injectable } from '@nestjs/common';
import { settings, type Settings } from '../config/settings';
import { EmailConfirmations } from '../credentials/email-confirmations.service';
import { AccessState } from '../database/access-state.entity';
import { Database } from '../database/database';
import type { User } from '../users/user.entity';
import { AttemptLimits } from './attempt-limits';

export const ADDRESS_NOT_PROVEN = 'Confirm your e-mail address first. We’ve sent you an email with a link.';

/** They know the password, and have to prove their address first. */
export class AddressNotProven extends Error {}

/** Whether somebody has to prove their address before they sign in, and the mail by which they do. */
@Injectable()
export class AddressProof {
  constructor(
    private readonly database: Database,
    private readonly confirmations: EmailConfirmations,
    private readonly limits: AttemptLimits,
    @Inject(settings.KEY) private readonly settings: Settings,
  ) {}

  /** Of nobody where REQUIRE_CONFIRMED_EMAIL is not set, and never of the superuser, whom the operator has named. */
  async isMissing({ id, emailConfirmedAt }: Pick<User, 'id' | 'emailConfirmedAt'>): Promise<boolean> {
    if (!this.settings.REQUIRE_CONFIRMED_EMAIL || emailConfirmedAt !== null) return false;
    const { superuserId } = await this.database.read.findOneByOrFail(AccessState, { id: AccessState.id });
    return id !== superuserId;
  }

  /** A few times an hour. */
  async mail(user: User): Promise<void> {
    if (await this.limits.mayMailProof(user.email)) await this.confirmations.mailTo(user);
  }
}
