import { availableParallelism } from 'node:os';
import { setImmediate as turn } from 'node:timers/promises';
import { HashingBusy, HashingQueue } from './hashing-queue';

const cores = availableParallelism();

/** Work that goes on until it is told to finish, and notes the order in which it began. */
function bench() {
  const queue = new HashingQueue();
  const begun: string[] = [];
  let finish!: () => void;
  const finished = new Promise<void>((resolve) => (finish = resolve));
  const ask = (asker: string | string[], name = String(asker)) =>
    queue.run([asker].flat(), async () => {
      begun.push(name);
      await finished;
      return name;
    });
  return { queue, begun, ask, finish };
}

const times = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i));
const refusals = async (all: Promise<unknown>[]) =>
  (await Promise.allSettled(all)).filter(({ status }) => status === 'rejected');

describe('the queue of hashes', () => {
  it('lets the networks take turns, whoever came first', async () => {
    const { ask, begun, finish } = bench();
    const running = times(cores, () => ask('first', 'running'));
    const flood = times(8, (i) => ask('flood', `flood ${i}`));
    const others = [ask('home', 'home 0'), ask('home', 'home 1'), ask('school')];
    finish();
    await Promise.all([...running, ...flood, ...others]);
    expect(begun.slice(cores, cores + 6)).toEqual(['flood 0', 'home 0', 'school', 'flood 1', 'home 1', 'flood 2']);
  });

  it('lets the accounts take turns too, from however many networks one is flooded', async () => {
    const { ask, begun, finish } = bench();
    const running = times(cores, (i) => ask([`network ${i}`, 'ada'], 'running'));
    const flood = times(8, (i) => ask([`network ${i}`, 'ada'], `ada ${i}`));
    const others = [ask(['home', 'grace'], 'grace 0'), ask(['network 3', 'grace'], 'grace 1')];
    finish();
    await Promise.all([...running, ...flood, ...others]);
    expect(begun.slice(cores, cores + 5)).toEqual(['ada 0', 'grace 0', 'ada 1', 'ada 2', 'ada 3']);
    expect(begun.indexOf('grace 1')).toBe(cores + 6);
  });

  it('lets who has nothing waiting go ahead of the next of a flood', async () => {
    const { queue, ask, begun, finish } = bench();
    const running = times(cores, () => ask('first', 'running'));
    let home: Promise<unknown> | undefined;
    const first = queue.run(['flood'], () => {
      home = ask('home');
      return Promise.resolve();
    });
    const flood = times(3, (i) => ask('flood', `flood ${i + 1}`));
    finish();
    await Promise.all([...running, first, ...flood]);
    await home;
    expect(begun.slice(cores)).toEqual(['home', 'flood 1', 'flood 2', 'flood 3']);
  });

  it('lets nobody who comes later and later go ahead of who waits for ever', async () => {
    const { ask, begun, finish } = bench();
    const running = times(cores, () => ask('first', 'running'));
    const early = times(3, (i) => ask('school', `school ${i}`));
    const newcomers: Promise<unknown>[] = [];
    const come = (left: number): void => {
      if (left > 0) newcomers.push(ask(`newcomer ${left}`).then(() => come(left - 1)));
    };
    come(20);
    finish();
    await Promise.all([...running, ...early]);
    expect(begun.length).toBeLessThan(cores + 3 + 6);
  });

  it('never runs more at once than there are cores', async () => {
    const { ask, begun, finish } = bench();
    const all = times(3 * cores, (i) => ask(`network ${i}`));
    await turn();
    expect(begun).toHaveLength(cores);
    finish();
    await Promise.all(all);
    expect(begun).toHaveLength(3 * cores);
  });

  it('refuses one asker what is too much, saying when to come again, and not the others', async () => {
    const { ask, queue, finish } = bench();
    const refused = refusals(times(60 * cores, () => ask('flood')));
    const other = ask('home');
    expect(() => queue.ensureRoom(['flood'])).toThrow(HashingBusy);
    expect(() => queue.ensureRoom(['school'])).not.toThrow();
    finish();
    expect(await other).toBe('home');
    expect(await refused).toHaveLength(60 * cores - cores - 16 * cores);
    for (const { reason } of (await refused) as PromiseRejectedResult[]) {
      expect(reason).toBeInstanceOf(HashingBusy);
      expect((reason as HashingBusy).retryAfterSeconds).toBeGreaterThanOrEqual(1);
    }
    expect(() => queue.ensureRoom(['flood'])).not.toThrow();
  });

  it('is bounded over all networks, and a newcomer takes the room of whose turn is last', async () => {
    const { ask, queue, finish } = bench();
    const outcomes = times(5, (n) => refusals(times(16 * cores, () => ask(`flood ${n}`))));
    const other = ask('home');
    finish();
    expect(await other).toBe('home');
    const refused = (await Promise.all(outcomes)).map((of) => of.length);
    expect(refused.reduce((sum, count) => sum + count)).toBe(80 * cores - cores - 64 * cores + 1);
    expect(Math.max(...refused)).toBeLessThan(16 * cores);
    expect(() => queue.ensureRoom(['home'])).not.toThrow();
  });

  it('never refuses what nobody asks for over the network', async () => {
    const { ask, finish } = bench();
    const own = times(100 * cores, () => ask([]));
    expect(await refusals([ask('home')])).toHaveLength(1);
    finish();
    expect(await Promise.all(own)).toHaveLength(100 * cores);
  });

  it('goes on after a failure', async () => {
    const { queue, ask, finish } = bench();
    await expect(queue.run(['home'], () => Promise.reject(new Error('no memory')))).rejects.toThrow('no memory');
    const next = ask('home');
    finish();
    expect(await next).toBe('home');
  });
});
