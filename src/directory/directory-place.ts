import { parseRowId } from '../config/row-id';
import type { Stretch } from './directory-plan';
import type { User } from '../users/user.entity';

/** Where a page of the list ends: behind this user, in this stretch. */
export interface Place {
  stretch: Stretch['name'];
  id: number;
  /** What the stretch goes by, beside the id. */
  key: string;
}

/** No place of this list is called so. */
export class NoSuchPlace extends Error {}

export function placeOf({ name, by }: Stretch, user: Pick<User, 'id' | 'email' | 'lastSignInAt'>, word = ''): Place {
  const key = { id: '', email: user.email, word, lastSignInAt: String(user.lastSignInAt?.getTime()) };
  return { stretch: name, id: user.id, key: key[by] };
}

/** As an address holds it: `email.12.ada@example.org` */
export function placeText({ stretch, id, key }: Place): string {
  return `${stretch}.${id}.${key}`;
}

/** @throws NoSuchPlace */
export function parsePlace(text: string): Place {
  const [, stretch, number, key] = /^([a-z-]{1,9})\.([^.]*)\.([^\p{Cc}]{0,254})$/u.exec(text) ?? [];
  const id = parseRowId(number);
  if (stretch === undefined || id === null || key === undefined) throw new NoSuchPlace();
  return { stretch: stretch as Stretch['name'], id, key };
}

/** The key as its column holds it. @throws NoSuchPlace */
export function keyOf(by: Stretch['by'], { id, key }: Place): number | string | Date {
  if (by === 'id') return id;
  if (by !== 'lastSignInAt') return key;
  if (!/^\d{1,13}$/.test(key)) throw new NoSuchPlace();
  return new Date(Number(key));
}
