import { availableParallelism } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { Refusal } from '../database/errors';

/** For so much of the time a hash took, its core is left to the pages before the next one that waits. */
const REST = 0.3;
/** For each core: at cost 12, so many wait about 5 s, and about 20 s where several networks ask. */
const MOST_OF_A_NETWORK = 16;
const MOST = 64;

/** Too many hashes wait already, so this one was not computed. */
export class HashingBusy extends Refusal {
  override readonly status = 503;

  constructor(readonly retryAfterSeconds: number) {
    super('Too many people are signing in at this moment. Try again in a few seconds.');
  }
}

interface Job {
  start: () => Promise<void>;
  refuse: (reason: HashingBusy) => void;
}

/**
 * Never more hashes at once than the machine has cores, so that pages are still served while people sign in. The
 * networks take turns, so that nobody waits for the flood of another one; how many may wait is bounded.
 */
export class HashingQueue {
  private readonly cores = availableParallelism();
  /** What waits, by network, in the order of their turns. */
  private readonly waiting = new Map<string, Job[]>();
  private running = 0;
  private lastTook = 0;

  /** @throws HashingBusy where `run` would throw it now */
  ensureRoom(network: string): void {
    if (this.waitingOf(network) >= MOST_OF_A_NETWORK * this.cores) throw this.busy();
    if (this.isFull && this.waitingOf(network) + 1 >= this.longest[1].length) throw this.busy();
  }

  /**
   * @param network null for what nobody asks for over the network: it is never refused
   * @throws HashingBusy at once, or later when a network with fewer that wait needs the room
   */
  run<T>(network: string | null, work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (network !== null) this.makeRoom(network);
      const start = () => work().then(resolve, reject);
      const jobs = this.waiting.get(network ?? '') ?? [];
      jobs.push({ start, refuse: reject });
      this.waiting.set(network ?? '', jobs);
      this.startNext();
    });
  }

  private makeRoom(network: string): void {
    this.ensureRoom(network);
    if (!this.isFull) return;
    const [, jobs] = this.longest;
    jobs.pop()!.refuse(this.busy());
  }

  private startNext(): void {
    if (this.running >= this.cores) return;
    const next = this.takeNext();
    if (!next) return;
    this.running++;
    void this.work(next);
  }

  /** The answer is given at once; only the next that waits waits out the rest. */
  private async work({ start }: Job): Promise<void> {
    const begun = performance.now();
    await start();
    this.lastTook = performance.now() - begun;
    if (this.waiting.size > 0) await pause(this.lastTook * REST);
    this.running--;
    this.startNext();
  }

  /** The first of the network whose turn it is, which then comes last. */
  private takeNext(): Job | undefined {
    const [turn] = this.waiting;
    if (!turn) return undefined;
    const [network, jobs] = turn;
    const job = jobs.shift();
    this.waiting.delete(network);
    if (jobs.length > 0) this.waiting.set(network, jobs);
    return job;
  }

  private get isFull(): boolean {
    return this.count >= MOST * this.cores;
  }

  private get count(): number {
    return [...this.waiting.values()].reduce((sum, jobs) => sum + jobs.length, 0);
  }

  private get longest(): [network: string, jobs: Job[]] {
    return [...this.waiting].reduce((longest, each) => (each[1].length > longest[1].length ? each : longest));
  }

  private waitingOf(network: string): number {
    return this.waiting.get(network)?.length ?? 0;
  }

  private busy(): HashingBusy {
    const milliseconds = (this.count * this.lastTook * (1 + REST)) / this.cores;
    return new HashingBusy(Math.max(1, Math.ceil(milliseconds / 1000)));
  }
}
