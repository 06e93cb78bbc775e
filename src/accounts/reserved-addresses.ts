import { IsNull, MoreThan, Not, type EntityManager } from 'typeorm';
import { emailKey } from '../text/email-address';
import { EmailTaken } from '../users/user-errors';
import { EmailChange } from './email-change.entity';

/** An address that its owner can still get back by an undo is nobody else's. @throws EmailTaken */
export async function ensureNotReserved(
  manager: EntityManager,
  userId: number | null,
  email: string,
  now: Date,
): Promise<void> {
  const undoable = { oldEmailKey: emailKey(email), confirmedAt: Not(IsNull()), undoUntil: MoreThan(now.getTime()) };
  const others = userId === null ? undoable : { ...undoable, userId: Not(userId) };
  if (await manager.existsBy(EmailChange, others)) throw new EmailTaken(email);
}
