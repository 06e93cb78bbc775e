import type { EntityManager } from 'typeorm';
import { emailKey, normaliseEmail, typedEmail } from '../text/email-address';
import { UserNotFound } from './user-errors';
import { User } from './user.entity';

/** @throws UserNotFound */
export async function findUser(manager: EntityManager, email: string): Promise<User> {
  const user = await findByEmail(manager, email);
  if (!user) throw new UserNotFound(normaliseEmail(email));
  return user;
}

/** By the mailbox; but who has the address exactly as it was typed comes first, whatever earlier versions took. */
export async function findByEmail(manager: EntityManager, email: string): Promise<User | null> {
  const typed = typedEmail(email);
  const found = await manager.findBy(User, [{ email: typed }, { emailKey: emailKey(email) }]);
  return found.find((user) => user.email === typed) ?? found[0] ?? null;
}
