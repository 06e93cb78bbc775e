import { availableParallelism } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { DomainError } from '../database/errors';
import type { Asker } from './asker';

/** For so much of the time a hash took, its core is left to the pages before the next one that waits. */
const REST = 0.3;
/** How many may wait for each core, of one network or for one account, and of all: at cost 12, that is about 5 s and 20 s. */
const MOST_OF_ONE = 16;
const MOST = 64;
/** Who comes counts as having come so many hashes ago for each core: ahead of whoever was served since. */
const HEAD_START = 4;

/** Too many hashes wait already, so this one was not computed. */
export class HashingBusy extends DomainError {
  override readonly status = 503;

  constructor(readonly retryAfterSeconds: number) {
    super('Too many people are signing in at this moment. Try again in a few seconds.');
  }
}

interface Job {
  asker: Asker | null;
  /** How many hashes had begun. */
  cameAt: number;
  /** The number of the last hash of its network, and of its account, by which it is put off. */
  served: { network: number; account: number };
  start: () => Promise<void>;
  refuse: (reason: HashingBusy) => void;
}

/**
 * Never more hashes at once than the machine has cores, so that pages are still served while people sign in. What waits
 * is bounded, and the next is the one whose network and account were both served longest ago. So a flood from one network,
 * or on one account from many, delays the others by no more than what runs, and the account's owner by one hash of each
 * network of the flood. Who comes later than by a head start neither goes ahead of a job that waits nor puts it off, so
 * nobody is overtaken for ever.
 */
export class HashingQueue {
  private readonly cores = availableParallelism();
  /** In the order in which they came. */
  private readonly waiting: Job[] = [];
  /** How many hashes began: the number of the last. */
  private begun = 0;
  /** The number of the last hash of each network and of each account, the oldest first. */
  private readonly served = new Map<string, number>();
  private running = 0;
  private lastTook = 0;

  /** @throws HashingBusy where `run` would throw it now */
  ensureRoom(asker: Asker): void {
    this.inTheWayOf(asker);
  }

  /**
   * @param asker null for what nobody asks for over the network, which is never refused
   * @throws HashingBusy at once, or later when a network that has fewer waiting needs the room
   */
  run<T>(asker: Asker | null, work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (asker) this.makeRoom(asker);
      const start = () => work().then(resolve, reject);
      this.waiting.push({ asker, cameAt: this.begun, served: this.servedBefore(asker), start, refuse: reject });
      this.startNext();
    });
  }

  private makeRoom(asker: Asker): void {
    const job = this.inTheWayOf(asker);
    if (!job) return;
    this.waiting.splice(this.waiting.indexOf(job), 1);
    job.refuse(this.busy());
  }

  /**
   * The job that gives way where there is no room left: the last of the network that has most waiting, for the account or
   * of all.
   *
   * @throws HashingBusy where the network that asks would have no fewer
   */
  private inTheWayOf({ network, account }: Asker): Job | null {
    const most = MOST_OF_ONE * this.cores;
    const ofNetwork = this.waiting.filter(({ asker }) => asker?.network === network);
    if (ofNetwork.length >= most) throw this.busy();
    const ofAccount = this.waiting.filter((job) => isFor(job, account));
    if (ofAccount.length < most && this.waiting.length < MOST * this.cores) return null;
    const job = lastOfMost(ofAccount.length < most ? this.waiting : ofAccount, network);
    if (!job) throw this.busy();
    return job;
  }

  private servedBefore(asker: Asker | null): Job['served'] {
    const [network, account] = keysOf(asker);
    return { network: this.lastOf(network), account: this.lastOf(account) };
  }

  private lastOf(key: string | undefined): number {
    const least = this.since(this.begun);
    return key === undefined ? least : (this.served.get(key) ?? least);
  }

  private startNext(): void {
    if (this.running >= this.cores) return;
    const [next] = [...this.waiting].sort(bySoonest);
    if (!next) return;
    this.begin(next);
    this.running++;
    void this.work(next);
  }

  private begin(job: Job): void {
    this.waiting.splice(this.waiting.indexOf(job), 1);
    this.begun++;
    for (const other of this.waiting.filter(({ cameAt }) => cameAt >= this.since(job.cameAt))) {
      if (other.asker?.network === job.asker?.network) other.served.network = this.begun;
      if (isFor(other, job.asker?.account)) other.served.account = this.begun;
    }
    this.note(job.asker);
  }

  /** What puts off no newcomer is forgotten. */
  private note(asker: Asker | null): void {
    for (const key of keysOf(asker)) {
      this.served.delete(key);
      this.served.set(key, this.begun);
    }
    for (const [key, number] of this.served) {
      if (number > this.since(this.begun)) break;
      this.served.delete(key);
    }
  }

  /** From when a job counts, with its head start. */
  private since(cameAt: number): number {
    return cameAt - HEAD_START * this.cores;
  }

  /** The answer is given at once; only the next that waits waits out the rest. */
  private async work({ start }: Job): Promise<void> {
    const begun = performance.now();
    await start();
    this.lastTook = performance.now() - begun;
    if (this.waiting.length > 0) await pause(this.lastTook * REST);
    this.running--;
    this.startNext();
  }

  private busy(): HashingBusy {
    const milliseconds = (this.waiting.length * this.lastTook * (1 + REST)) / this.cores;
    return new HashingBusy(Math.max(1, Math.ceil(milliseconds / 1000)));
  }
}

function isFor({ asker }: Job, account: string | undefined): boolean {
  return account !== undefined && asker?.account === account;
}

/** What the site asks for by itself has a turn of its own. */
function keysOf(asker: Asker | null): string[] {
  const network = asker?.network ?? '';
  return asker?.account === undefined ? [network] : [network, `account ${asker.account}`];
}

function bySoonest({ served: a }: Job, { served: b }: Job): number {
  return Math.max(a.network, a.account) - Math.max(b.network, b.account) || a.network - b.network;
}

/** The last job of the network that has most of these; null where `network` would have as many with one more. */
function lastOfMost(jobs: readonly Job[], network: string): Job | null {
  const counts = new Map<string, number>();
  for (const { asker } of jobs) if (asker) counts.set(asker.network, (counts.get(asker.network) ?? 0) + 1);
  const most = Math.max(0, ...counts.values());
  if ((counts.get(network) ?? 0) + 1 >= most) return null;
  return jobs.findLast(({ asker }) => asker && counts.get(asker.network) === most) ?? null;
}
