import type { EntityManager } from 'typeorm';
import { defineHook } from '../hook';
import type { Entry } from './audit.service';

/** Something follows from what is recorded: it is done in the same transaction, before the log is written. */
export interface EventFollower {
  /** All that a change of access recorded, at its end; of an ordinary transaction one event after the other. */
  recorded(manager: EntityManager, entries: readonly Entry[]): Promise<void>;
}

/** `@FollowsEvents` on a provider: it is given what is recorded of changes. */
export const FollowsEvents = defineHook<EventFollower>();
