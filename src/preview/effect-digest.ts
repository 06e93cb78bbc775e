import { createHash } from 'node:crypto';
import type { AccessDiff } from './access-diff';
import type { Change } from './change';
import type { Made } from './effect';

/** A role that was shown as given until `shown`, null for ever, and is given until `given`, which is earlier. */
export interface EarlierEnd {
  shown: Date | null;
  given: Date;
}

/** null where the change gives no role, or gives it for as long as was shown, or longer. */
export function earlierEndOf(change: Change, shown: Date | null | undefined): EarlierEnd | null {
  if (change.change !== 'grant' || !change.until || shown === undefined) return null;
  return shown === null || change.until < shown ? { shown, given: change.until } : null;
}

/** In characters. */
const LINES = 16_384;

/**
 * Hashes what is done, and who gains and loses what. A diff that many people share is written once, then named by its
 * number. With an earlier end, the hash is that of the effect that was shown, if it differs from this one by the end alone.
 */
export class EffectDigest {
  private readonly hash = createHash('sha256');
  private readonly numbers = new Map<AccessDiff, number>();
  /** What is not hashed yet: a call for each line would take longer than the hash. */
  private lines: string;

  constructor(
    { change, baseline, outcomes, roles }: Made,
    private readonly end: EarlierEnd | null = null,
  ) {
    const gained = roles.filter(({ kind }) => kind === 'gain');
    // People who only keep a role are left out: others may be given it at any time.
    const moved = roles.filter(({ kind }) => kind !== 'gain' && kind !== 'keep');
    this.lines = this.textOf([change, gained]) + JSON.stringify([baseline, outcomes, moved]);
  }

  add(user: number, diff: AccessDiff): void {
    const number = this.numbers.get(diff) ?? this.numbers.size;
    if (number === this.numbers.size) {
      this.numbers.set(diff, number);
      this.lines += `\n${this.textOf(diff)}`;
    }
    this.lines += `\n${user} ${number}`;
    if (this.lines.length > LINES) this.hashLines();
  }

  get text(): string {
    this.hashLines();
    return this.hash.digest('hex');
  }

  /** With the end that was shown in the place of the earlier one. */
  private textOf(what: unknown): string {
    if (!this.end) return JSON.stringify(what);
    const [given, shown] = [this.end.given.toJSON(), this.end.shown?.toJSON() ?? null];
    return JSON.stringify(what, (key, value: unknown) => (key === 'until' && value === given ? shown : value));
  }

  private hashLines(): void {
    this.hash.update(this.lines);
    this.lines = '';
  }
}
