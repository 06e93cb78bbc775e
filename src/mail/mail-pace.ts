import { Injectable } from '@nestjs/common';

const SECOND = 1000;
const DAY = 24 * 60 * 60 * SECOND;

/**
 * How the outbox is worked through, in milliseconds. What waits when a mail server comes back is sent within 75 s: an
 * attempt that still hangs, the longest pause after it, and the sending.
 */
@Injectable()
export class MailPace {
  /** Between looks for what other processes and commands left. */
  look = 5 * SECOND;
  /** After the first failure; each further one doubles it. */
  firstPause = 1 * SECOND;
  longestPause = 30 * SECOND;
  /** The longest an attempt takes. */
  attempt = 25 * SECOND;
  /** How long an attempt keeps others from the same mail; whoever died with one loses it then. */
  lease = 40 * SECOND;
  /** How long the end of the site waits for an attempt. */
  patience = 3 * SECOND;
  /** After so long without success a mail is undeliverable. */
  givenUpAfter = 4 * DAY;
  /** How long what was sent stays in the outbox. */
  sentStays = 7 * DAY;
  undeliverableStays = 90 * DAY;

  /** How long what is answered by mail waits: long beside a request, short for a person. */
  beforeAnswer(): number {
    return (0.2 + 0.6 * Math.random()) * SECOND;
  }

  /** After so many failures in a row; a random part keeps processes from coming all at once. */
  pauseAfter(failures: number): number {
    const longest = Math.min(this.firstPause * 2 ** Math.min(failures - 1, 20), this.longestPause);
    return longest * (0.5 + Math.random() / 2);
  }
}
