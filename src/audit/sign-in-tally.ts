import { createHash } from 'node:crypto';
import { networkOf } from '../config/network';
import type { SignInEvent } from './sign-in-event.entity';

const HOUR = 60 * 60_000;

/** What anybody can cause, also in the name of a person whose address they know. */
type KindOfStrangers =
  | 'sign-in refused'
  | 'sign-in limited'
  | 'account attacked'
  | 'registration limited'
  | 'foreign form'
  | 'unusable link';

const ofPeople = [
  'signed in',
  'signed out',
  'forbidden',
  'wrong password',
  // Whoever causes these has given the right password.
  'second factor asked',
  'second factor refused',
  'second factor limited',
  'change refused',
  'export',
] as const;

export interface SignInEntry {
  kind: KindOfStrangers | (typeof ofPeople)[number];
  userId?: number | undefined;
  ip: string;
  /** As it is declared: "GET /admin" */
  route?: string | undefined;
}

/** How many rows an hour has for each kind that strangers cause, and for each kind of one person. */
const ROWS_OF_STRANGERS = 1000;
const ROWS_OF_A_PERSON = 100;

/** The least of the memory for rows that were begun: past it, log lines may come a second time. */
const MOST_BEGUN = 50_000;
const MOST_PENDING = 5000;

/** In place of the network where an hour has had too many of them. */
const MANY = 'many networks';

/** Counts entries by the row they belong to, within bounds of memory and of rows that nobody can pass. */
export class SignInTally {
  private pending = new Map<string, SignInEvent>();
  private readonly begun = new Set<string>();
  private readonly begunOf = new Map<string, number>();
  private hour = 0;

  get size(): number {
    return this.pending.size;
  }

  /** @returns whether the row is a new one, or null where there is no room for the entry */
  add(entry: SignInEntry, moment: Date): { isNew: boolean } | null {
    const now = moment.getTime();
    if (Math.floor(now / HOUR) !== this.hour || this.begun.size >= MOST_BEGUN) this.beginHour(now);
    const exact = rowOf(entry, placeOf(entry), now);
    const row = this.begun.has(exact.id) || this.hasRoomFor(entry) ? exact : rowOf(gathered(entry), MANY, now);
    if (!this.count(row)) return null;
    const isNew = !this.begun.has(row.id);
    this.begun.add(row.id);
    if (isNew) this.begunOf.set(ownerOf(entry), (this.begunOf.get(ownerOf(entry)) ?? 0) + 1);
    return { isNew };
  }

  /** All that was counted since the last time, in the order of their ids. */
  take(): SignInEvent[] {
    const taken = [...this.pending.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    this.pending = new Map();
    return taken;
  }

  /** What could not be written is counted again. @returns how many are lost for want of room */
  giveBack(rows: readonly SignInEvent[]): number {
    return rows.filter((row) => !this.count(row)).length;
  }

  private count(row: SignInEvent): boolean {
    const known = this.pending.get(row.id);
    if (!known && this.pending.size >= MOST_PENDING) return false;
    if (known) {
      known.count += row.count;
      known.lastAt = Math.max(known.lastAt, row.lastAt);
    } else this.pending.set(row.id, row);
    return true;
  }

  private hasRoomFor(entry: SignInEntry): boolean {
    return (this.begunOf.get(ownerOf(entry)) ?? 0) < (isOfPerson(entry) ? ROWS_OF_A_PERSON : ROWS_OF_STRANGERS);
  }

  private beginHour(now: number): void {
    this.hour = Math.floor(now / HOUR);
    this.begun.clear();
    this.begunOf.clear();
  }
}

function isOfPerson({ kind, userId }: SignInEntry): boolean {
  return userId !== undefined && (ofPeople as readonly string[]).includes(kind);
}

/** Whose room a row takes. */
function ownerOf(entry: SignInEntry): string {
  return isOfPerson(entry) ? `${entry.kind} ${entry.userId}` : entry.kind;
}

function placeOf(entry: SignInEntry): string {
  return isOfPerson(entry) ? entry.ip.slice(0, 45) : networkOf(entry.ip);
}

function gathered(entry: SignInEntry): SignInEntry {
  return { kind: entry.kind, userId: isOfPerson(entry) ? entry.userId : undefined, ip: '' };
}

function rowOf({ kind, userId, route }: SignInEntry, place: string, now: number): SignInEvent {
  const who = { kind, userId: userId ?? null, ip: place, route: route?.slice(0, 255) ?? null };
  const id = createHash('sha256')
    .update(JSON.stringify([...Object.values(who), Math.floor(now / HOUR)]))
    .digest('hex');
  return { id, ...who, firstAt: now, lastAt: now, count: 1 };
}
