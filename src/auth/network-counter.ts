import { networkOf, widerNetworksOf } from '../config/network';
import type { Database } from '../database/database';
import { AttemptCounter, useAll, type Count, type Limit } from './attempt-counter';

/** How many times more a wider network has than one of its 64 bits: whoever has a /48 can come from 65 536 of them. */
const WIDER = [3, 10];

/** Counts attempts by the network they come from; of IPv6 also, more softly, by its /56 and its /48, which one owner may have. */
export class NetworkCounter {
  private readonly counters: AttemptCounter[];

  constructor(database: Database, { name, most, seconds }: Limit) {
    this.counters = [1, ...WIDER].map((times) => new AttemptCounter(database, { name, most: times * most, seconds }));
  }

  /** Looks, and writes nothing. @throws TooManyAttempts */
  async ensureLeft(ip: string): Promise<void> {
    for (const [counter, network] of this.of(ip)) await counter.ensureLeft(network);
  }

  /** @throws TooManyAttempts where none was left; then it is not counted */
  async use(ip: string): Promise<void> {
    await useAll(this.of(ip));
  }

  async add(ip: string): Promise<void> {
    for (const [counter, network] of this.of(ip)) await counter.add(network);
  }

  async giveBack(ip: string): Promise<void> {
    for (const [counter, network] of this.of(ip)) await counter.giveBack(network);
  }

  /** The counts that an address adds to. */
  of(ip: string): Count[] {
    const networks = [networkOf(ip), ...widerNetworksOf(ip)];
    return networks.flatMap((network, i) => (this.counters[i] ? [[this.counters[i], network] as const] : []));
  }
}
