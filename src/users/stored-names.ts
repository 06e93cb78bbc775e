import { In, Not, type EntityManager } from 'typeorm';
import { faultOfEmail, lookOfEmail, normaliseEmail } from '../text/email-address';
import { faultOfText, normaliseText } from '../text/naming';
import { storedWords } from '../text/search-words';
import { EmailLooksTaken, InvalidEmail, InvalidName } from './user-errors';
import { UserWord } from './user-word.entity';
import { User } from './user.entity';

/** @throws InvalidEmail */
export function emailOf(text: string): string {
  const fault = faultOfEmail(text);
  if (fault) throw new InvalidEmail(fault);
  return normaliseEmail(text);
}

/** @throws InvalidName */
export function nameOf(text: string): string {
  const name = normaliseText(text);
  const fault = faultOfText('name', name);
  if (fault) throw new InvalidName(fault);
  return name;
}

/** In place of those that were stored before. */
export async function storeWords(
  manager: EntityManager,
  userId: number,
  person: Pick<User, 'email' | 'name'>,
): Promise<void> {
  await manager.delete(UserWord, { userId });
  await manager.insert(
    UserWord,
    storedWords(person).map((word) => ({ word, userId })),
  );
}

/** The lock of every change is held, so nobody else comes between. @throws EmailLooksTaken */
export async function ensureLooksLikeNobody(manager: EntityManager, userId: number, email: string): Promise<void> {
  const { others } = lookOfEmail(email);
  if (await manager.existsBy(User, { emailLook: In(others), id: Not(userId) })) throw new EmailLooksTaken(email);
}
