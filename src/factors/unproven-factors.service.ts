import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Actor } from '../audit/actor';
import { Clock } from '../config/clock';
import { EmailConfirmations } from '../credentials/email-confirmations.service';
import { Database } from '../database/database';
import { User } from '../users/user.entity';
import { AuthenticatorApp } from './authenticator-app.entity';
import { FactorsVouchedFor, NoSecondFactor } from './factor-errors';
import { FactorChanges } from './factor-changes.service';
import { wasGivenMore } from './given-more';
import { Passkey } from './passkey.entity';

/**
 * Second factors of an account whose address nobody had proven when they were set up: whoever registered with somebody
 * else's address may have left them there, to come back by a passkey once its owner uses the account.
 */
@Injectable()
export class UnprovenFactors {
  constructor(
    private readonly database: Database,
    private readonly changes: FactorChanges,
    private readonly confirmations: EmailConfirmations,
    private readonly clock: Clock,
  ) {}

  /** Whether who proves the address may remove them; where not, an administrator can. */
  async mayClear(userId: number): Promise<boolean> {
    const user = await this.database.read.findOneByOrFail(User, { id: userId });
    return !(await this.isVouchedFor(this.database.read, user));
  }

  /**
   * Removes them all for whoever has proved this address by a link that was mailed there, and notes that it is proven. Of two
   * at the same moment one is first.
   *
   * @throws NoSecondFactor, where they are gone; LinkEnded, where the account has another address by now; FactorsVouchedFor
   */
  async clear(actor: Actor, userId: number, address: string): Promise<void> {
    await this.changes.change(actor, { userId, action: 'user.clear-factors' }, async (manager, user) => {
      if (user.factorsVersion === null || user.emailConfirmedAt !== null) throw new NoSecondFactor();
      await this.confirmations.note(manager, actor, userId, address);
      if (await this.isVouchedFor(manager, user)) throw new FactorsVouchedFor();
      await manager.delete(AuthenticatorApp, { userId });
      await manager.delete(Passkey, { userId });
    });
  }

  /** An administrator gave it a role, or another address, which proves nothing about who set them up at the one before. */
  private async isVouchedFor(manager: EntityManager, { id, emailSince }: User): Promise<boolean> {
    return emailSince !== null || wasGivenMore(manager, id, this.clock.now());
  }
}
