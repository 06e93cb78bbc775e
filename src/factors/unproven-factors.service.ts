import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { hasEnded } from '../access/holdings';
import type { BuiltInRole } from '../access/names';
import type { Actor } from '../audit/actor';
import { Clock } from '../config/clock';
import { EmailConfirmations } from '../credentials/email-confirmations.service';
import { Database } from '../database/database';
import { heldRolesOf } from '../roles/authority';
import { AuthenticatorApp } from './authenticator-app.entity';
import { FactorsVouchedFor, NoSecondFactor } from './factor-errors';
import { FactorChanges } from './factor-changes.service';
import { Passkey } from './passkey.entity';

const everybodys: BuiltInRole = 'User';

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
    return this.hasNothingGiven(this.database.read, userId);
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
      if (!(await this.hasNothingGiven(manager, userId))) throw new FactorsVouchedFor();
      await manager.delete(AuthenticatorApp, { userId });
      await manager.delete(Passkey, { userId });
      await this.confirmations.note(manager, actor, userId, address);
    });
  }

  /** Beyond what everybody has who registers: whoever gave more took who was in the account for its owner. */
  private async hasNothingGiven(manager: EntityManager, userId: number): Promise<boolean> {
    const now = this.clock.now();
    const held = (await heldRolesOf(manager, [userId])).get(userId) ?? [];
    return held.every((grant) => grant.role === everybodys || hasEnded(grant, now));
  }
}
