import { parseRowId } from '../config/row-id';
import type { User } from '../users/user.entity';
import type { IndexRange } from './directory-plan';

/** Where a page of the list ends: after this user, in this range. */
export interface Cursor {
  range: IndexRange['name'];
  id: number;
  /** The value that orders the range, beside the id. */
  key: string;
}

/** No page of this list has this cursor. */
export class InvalidCursor extends Error {}

export function cursorOf(
  { name, by }: IndexRange,
  user: Pick<User, 'id' | 'email' | 'lastSignInAt'>,
  word = '',
): Cursor {
  const key = { id: '', email: user.email, word, lastSignInAt: String(user.lastSignInAt?.getTime()) };
  return { range: name, id: user.id, key: key[by] };
}

/** As an address holds it: `email.12.ada@example.org` */
export function cursorText({ range, id, key }: Cursor): string {
  return `${range}.${id}.${key}`;
}

/** @throws InvalidCursor */
export function parseCursor(text: string): Cursor {
  const [, range, number, key] = /^([a-z-]{1,9})\.([^.]*)\.([^\p{Cc}]{0,254})$/u.exec(text) ?? [];
  const id = parseRowId(number);
  if (range === undefined || id === null || key === undefined) throw new InvalidCursor();
  return { range: range as IndexRange['name'], id, key };
}

/** The key as its column holds it. @throws InvalidCursor */
export function keyOf(by: IndexRange['by'], { id, key }: Cursor): number | string | Date {
  if (by === 'id') return id;
  if (by !== 'lastSignInAt') return key;
  if (!/^\d{1,13}$/.test(key)) throw new InvalidCursor();
  return new Date(Number(key));
}
