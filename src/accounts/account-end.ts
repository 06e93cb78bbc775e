import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { EntityManager } from 'typeorm';
import { defineHook } from '../hook';

/**
 * What ends with an account: in the transaction that ends it, so that all of it happens or nothing. Write by the given
 * `manager` alone: a transaction of its own, begun within that one, would wait for ever for its turn on SQLite.
 */
export interface AccountEnd {
  /** They can't sign in any more. What must not live again with a later activation ends here. */
  whenDeactivated?(manager: EntityManager, userId: number): Promise<void>;
  /** An administrator signs them out everywhere, or their address is another: what else could let somebody in ends too. */
  whenSignedOut?(manager: EntityManager, userId: number): Promise<void>;
  /** Their owner ends all sessions from outside, by a link in a mail. */
  whenSessionsEnd?(manager: EntityManager, userId: number): Promise<void>;
  /** Their owner says that somebody else was in the account: whatever that one may have left there ends. */
  whenDisowned?(manager: EntityManager, userId: number): Promise<void>;
  /**
   * Their sessions have ended, but for the one in which they changed a password or a second factor, or ended the others: what
   * somebody else could have begun or left there ends too.
   */
  whenOthersEnd?(manager: EntityManager, userId: number): Promise<void>;
  /** Their row is still there; what refers to it by a key goes with it by itself. */
  whenDeleted?(manager: EntityManager, userId: number): Promise<void>;
}

/** `@EndsWithAccount` on a provider: something of its feature ends when an account does. */
export const EndsWithAccount = defineHook<AccountEnd>();

/** Ends what the features keep of an account. */
@Injectable()
export class AccountEnds {
  constructor(private readonly discovery: DiscoveryService) {}

  async deactivate(manager: EntityManager, userId: number): Promise<void> {
    for (const part of EndsWithAccount.partsIn(this.discovery)) await part.whenDeactivated?.(manager, userId);
  }

  async signOut(manager: EntityManager, userId: number): Promise<void> {
    for (const part of EndsWithAccount.partsIn(this.discovery)) await part.whenSignedOut?.(manager, userId);
  }

  async endSessions(manager: EntityManager, userId: number): Promise<void> {
    for (const part of EndsWithAccount.partsIn(this.discovery)) await part.whenSessionsEnd?.(manager, userId);
  }

  async disown(manager: EntityManager, userId: number): Promise<void> {
    for (const part of EndsWithAccount.partsIn(this.discovery)) await part.whenDisowned?.(manager, userId);
  }

  async others(manager: EntityManager, userId: number): Promise<void> {
    for (const part of EndsWithAccount.partsIn(this.discovery)) await part.whenOthersEnd?.(manager, userId);
  }

  async delete(manager: EntityManager, userId: number): Promise<void> {
    for (const part of EndsWithAccount.partsIn(this.discovery)) await part.whenDeleted?.(manager, userId);
  }
}
