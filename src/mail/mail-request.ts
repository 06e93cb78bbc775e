import type { EntityManager } from 'typeorm';
import { defineHook } from '../hook';
import type { MailData, MailRequestName } from './mail-names';

/** Somebody asked for something that is answered by mail, or not at all; they have had their page already. */
export interface MailRequest {
  readonly email: string;
  readonly data: MailData;
  /**
   * Takes the request out of the outbox, in the transaction that answers it.
   *
   * @returns false where another process has answered it
   */
  readonly take: (manager: EntityManager) => Promise<boolean>;
}

export interface MailRequestAnswer {
  readonly request: MailRequestName;
  /** Finds out what is to be mailed and leaves it in the outbox, in one transaction that takes the request. */
  answer(request: MailRequest): Promise<void>;
}

/**
 * `@AnswersByMail` on a provider: it looks up what the page must not: nothing that a stranger sees, nor how long it takes,
 * depends on whether there is such an account.
 */
export const AnswersByMail = defineHook<MailRequestAnswer>();
