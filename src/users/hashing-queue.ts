import { availableParallelism } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { Refusal } from '../database/errors';

/** For so much of the time a hash took, its core is left to the pages before the next one that waits. */
const REST = 0.3;
/** How many may wait for each core, of one asker and of all: at cost 12, that is about 5 s and 20 s. */
const MOST_OF_ONE = 16;
const MOST = 64;

/** Too many hashes wait already, so this one was not computed. */
export class HashingBusy extends Refusal {
  override readonly status = 503;

  constructor(readonly retryAfterSeconds: number) {
    super('Too many people are signing in at this moment. Try again in a few seconds.');
  }
}

interface Job {
  askers: readonly string[];
  turn: number;
  start: () => Promise<void>;
  refuse: (reason: HashingBusy) => void;
}

/**
 * Never more hashes at once than the machine has cores, so that pages are still served while people sign in. What waits
 * is bounded, and served by start-time fair queueing (Goyal, Vin and Cheng, 1996): each of an asker's hashes comes one
 * turn after the one before, so that a flood from one network, or on one account from many, delays the others by no more
 * than what runs. Nobody who waits is overtaken for ever, as each that comes later has a later turn.
 */
export class HashingQueue {
  private readonly cores = availableParallelism();
  /** By turn, and within one by who came first. */
  private readonly waiting: Job[] = [];
  /** The turn of what began last. */
  private now = 0;
  private running = 0;
  private lastTook = 0;

  /** @throws HashingBusy where `run` would throw it now */
  ensureRoom(askers: readonly string[]): void {
    const turn = this.turnOf(askers);
    if (turn - this.now > MOST_OF_ONE * this.cores) throw this.busy();
    if (this.isFull && turn >= (this.lastAsked?.turn ?? 0)) throw this.busy();
  }

  /**
   * @param askers the network and the account it is for, whose turn it then is; none for what nobody asks for over the
   *   network, which is never refused
   * @throws HashingBusy at once, or later when somebody whose turn is sooner needs the room
   */
  run<T>(askers: readonly string[], work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (askers.length > 0) this.makeRoom(askers);
      const start = () => work().then(resolve, reject);
      this.enqueue({ askers, turn: this.turnOf(askers), start, refuse: reject });
      this.startNext();
    });
  }

  private makeRoom(askers: readonly string[]): void {
    this.ensureRoom(askers);
    const last = this.lastAsked;
    if (!this.isFull || !last) return;
    this.waiting.splice(this.waiting.indexOf(last), 1);
    last.refuse(this.busy());
  }

  private enqueue(job: Job): void {
    const before = this.waiting.findLastIndex(({ turn }) => turn <= job.turn);
    this.waiting.splice(before + 1, 0, job);
  }

  private startNext(): void {
    if (this.running >= this.cores) return;
    const next = this.waiting.shift();
    if (!next) return;
    this.now = next.turn;
    this.running++;
    void this.work(next);
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

  /** One after the last that waits for any of them; half of one after what began last for whoever has nothing waiting. */
  private turnOf(askers: readonly string[]): number {
    const last = this.waiting.findLast((job) => job.askers.some((asker) => askers.includes(asker)));
    return last ? last.turn + 1 : this.now + 0.5;
  }

  private get isFull(): boolean {
    return this.waiting.length >= MOST * this.cores;
  }

  /** What is refused first when somebody needs the room. */
  private get lastAsked(): Job | undefined {
    return this.waiting.findLast(({ askers }) => askers.length > 0);
  }

  private busy(): HashingBusy {
    const milliseconds = (this.waiting.length * this.lastTook * (1 + REST)) / this.cores;
    return new HashingBusy(Math.max(1, Math.ceil(milliseconds / 1000)));
  }
}
