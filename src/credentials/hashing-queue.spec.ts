import { availableParallelism } from 'node:os';
import { setImmediate as turn } from 'node:timers/promises';
import type { Asker } from './asker';
import { HashingBusy, HashingQueue } from './hashing-queue';

const cores = availableParallelism();

/** Work that goes on until it is told to finish, and notes the order in which it began. */
function bench() {
  const queue = new HashingQueue();
  const begun: string[] = [];
  let finish!: () => void;
  const finished = new Promise<void>((resolve) => (finish = resolve));
  const run = (asker: Asker | null, name: string) =>
    queue.run(asker, async () => {
      begun.push(name);
      await finished;
      return name;
    });
  const ask = (network: string, name = network) => run({ network }, name);
  const signIn = (network: string, account: string, name = network) => run({ network, account }, name);
  /** What keeps the cores busy while the others come. */
  const occupy = () => times(cores, () => ask('first', 'running'));
  /** As many always wait as there are cores, and each time one is served another comes. */
  const keepComing = (come: (i: number) => Promise<string>) => {
    let left = 100 * cores;
    const next = async (): Promise<void> => {
      if (left-- > 0) await come(left).then(next);
    };
    return Promise.all(times(2 * cores, next));
  };
  return { queue, begun, run, ask, signIn, occupy, keepComing, finish };
}

const times = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i));
const refusals = async (all: Promise<unknown>[]) =>
  (await Promise.allSettled(all)).filter(({ status }) => status === 'rejected');

describe('the queue of hashes', () => {
  it('lets the networks take turns, whoever came first', async () => {
    const { ask, occupy, begun, finish } = bench();
    const running = occupy();
    const flood = times(8, (i) => ask('flood', `flood ${i}`));
    const others = [ask('home', 'home 0'), ask('home', 'home 1'), ask('school')];
    finish();
    await Promise.all([...running, ...flood, ...others]);
    expect(begun.slice(cores, cores + 6)).toEqual(['flood 0', 'home 0', 'school', 'flood 1', 'home 1', 'flood 2']);
  });

  it('lets the accounts take turns too, from however many networks one is flooded', async () => {
    const { signIn, occupy, begun, finish } = bench();
    const running = occupy();
    const flood = times(8, (i) => signIn(`network ${i}`, 'ada', `ada ${i}`));
    const others = [signIn('home', 'grace', 'grace 0'), signIn('school', 'grace', 'grace 1')];
    finish();
    await Promise.all([...running, ...flood, ...others]);
    expect(begun.slice(cores, cores + 6)).toEqual(['ada 0', 'grace 0', 'ada 1', 'grace 1', 'ada 2', 'ada 3']);
  });

  it('makes no account of those that name none', async () => {
    const { ask, signIn, occupy, begun, finish } = bench();
    const running = occupy();
    const all = [...times(4, (i) => ask(`network ${i}`)), signIn('home', 'ada')];
    finish();
    await Promise.all([...running, ...all]);
    expect(begun.slice(cores)).toEqual(['network 0', 'network 1', 'network 2', 'network 3', 'home']);
  });

  it('lets who has nothing waiting go ahead of the next of a flood', async () => {
    const { queue, ask, occupy, begun, finish } = bench();
    const running = occupy();
    let home: Promise<unknown> | undefined;
    const first = queue.run({ network: 'flood' }, () => {
      home = ask('home');
      return Promise.resolve();
    });
    const flood = times(3, (i) => ask('flood', `flood ${i + 1}`));
    finish();
    await Promise.all([...running, first, ...flood]);
    await home;
    expect(begun.slice(cores)).toEqual(['home', 'flood 1', 'flood 2', 'flood 3']);
  });

  it('lets who was not served go ahead of who was served a while ago', async () => {
    const { ask, occupy, begun, finish } = bench();
    finish();
    await ask('flood');
    for (let i = 0; i < 2 * cores; i++) await ask(`network ${i}`);
    // An answer is given before its core is free.
    await turn();
    const all = [...occupy(), ask('flood'), ask('home')];
    await Promise.all(all);
    expect(begun.slice(-2)).toEqual(['home', 'flood']);
  });

  it.each<[string, number]>([
    ['one network', 1],
    ['four networks', 4],
  ])('lets the owner of an account that is flooded from %s wait for one hash of each', async (_case, networks) => {
    const { signIn, occupy, begun, finish } = bench();
    const running = occupy();
    const flood = times(12, (i) => signIn(`flood ${i % networks}`, 'ada'));
    const owner = signIn('home', 'ada');
    finish();
    await Promise.all([...running, ...flood, owner]);
    expect(begun.indexOf('home')).toBe(cores + networks);
  });

  it('lets a stranger who names an account take turns with its owner, and not with others of their network', async () => {
    const { signIn, occupy, begun, finish } = bench();
    const running = occupy();
    const line = times(8, (i) => signIn('stranger', 'ada', `stranger ${i}`));
    const home = [...times(2, (i) => signIn('home', 'ada', `ada ${i}`)), signIn('home', 'grace', 'grace')];
    finish();
    await Promise.all([...running, ...line, ...home]);
    expect(begun.slice(cores, cores + 6)).toEqual([
      'stranger 0',
      'grace',
      'stranger 1',
      'ada 0',
      'stranger 2',
      'ada 1',
    ]);
  });

  it.each<[string, (i: number) => Asker]>([
    ['come each from another network', (i) => ({ network: `network ${i}` })],
    ['name their account, each from another network', (i) => ({ network: `network ${i}`, account: 'ada' })],
    [
      'come from their network and name their account, in turn',
      (i) => (i % 2 ? { network: 'school', account: 'grace' } : { network: 'elsewhere', account: 'ada' }),
    ],
  ])('serves whoever waits within a bounded number of hashes, however many %s', async (_case, newcomer) => {
    const { run, signIn, occupy, begun, keepComing, finish } = bench();
    const running = [...occupy(), signIn('school', 'ada', 'served before')];
    const early = times(3, () => signIn('school', 'ada', 'early'));
    const newcomers = keepComing((i) => run(newcomer(i), 'newcomer'));
    finish();
    await Promise.all([...running, ...early, newcomers]);
    expect(begun.filter((name) => name === 'newcomer')).toHaveLength(100 * cores);
    expect(begun.lastIndexOf('early')).toBeLessThan(cores + 1 + 3 * (6 * cores + 1));
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

  it('refuses one network what is too much, saying when to come again, and not the others', async () => {
    const { ask, queue, occupy, finish } = bench();
    const running = occupy();
    const refused = refusals(times(60 * cores, () => ask('flood')));
    const other = ask('home');
    expect(() => queue.ensureRoom({ network: 'flood' })).toThrow(HashingBusy);
    expect(() => queue.ensureRoom({ network: 'school' })).not.toThrow();
    finish();
    await Promise.all([...running, other]);
    expect(await refused).toHaveLength(60 * cores - 16 * cores);
    for (const { reason } of (await refused) as PromiseRejectedResult[]) {
      expect(reason).toBeInstanceOf(HashingBusy);
      expect((reason as HashingBusy).retryAfterSeconds).toBeGreaterThanOrEqual(1);
    }
    expect(() => queue.ensureRoom({ network: 'flood' })).not.toThrow();
  });

  it('is bounded for one account, and its owner takes the room of the network that has most waiting for it', async () => {
    const { signIn, queue, occupy, begun, finish } = bench();
    const running = occupy();
    const few = times(4, (i) => signIn('few', 'ada', `few ${i}`));
    const most = times(16 * cores - 4, (i) => signIn('most', 'ada', `most ${i}`));
    const owner = signIn('home', 'ada');
    await expect(most.at(-1)).rejects.toThrow(HashingBusy);
    await expect(signIn('most', 'ada')).rejects.toThrow(HashingBusy);
    expect(() => queue.ensureRoom({ network: 'most', account: 'grace' })).not.toThrow();
    expect(() => queue.ensureRoom({ network: 'most' })).not.toThrow();
    finish();
    expect(await owner).toBe('home');
    await Promise.all([...running, ...few]);
    expect(await refusals(most)).toHaveLength(1);
    expect(begun.indexOf('home')).toBe(cores + 2);
  });

  it('lets nobody take the room of a network that has no more waiting for the account than they would', async () => {
    const { signIn, ask, queue, occupy, finish } = bench();
    const running = occupy();
    const all = times(16 * cores, (i) => signIn(`network ${i}`, 'ada'));
    await expect(signIn('home', 'ada')).rejects.toThrow(HashingBusy);
    expect(() => queue.ensureRoom({ network: 'home', account: 'ada' })).toThrow(HashingBusy);
    const other = ask('home');
    finish();
    await Promise.all([...running, ...all, other]);
  });

  it('is bounded over all, and a newcomer takes the room of the network that has most waiting', async () => {
    const { ask, queue, occupy, finish } = bench();
    const running = occupy();
    const few = times(3 * 15 * cores, (i) => ask(`network ${i % 3}`));
    const most = times(16 * cores, () => ask('most'));
    const single = times(3 * cores, (i) => ask(`single ${i}`));
    const newcomers = times(cores + 1, (i) => ask(`newcomer ${i}`));
    await Promise.all([...most.slice(-cores - 1)].map((one) => expect(one).rejects.toThrow(HashingBusy)));
    finish();
    await Promise.all([...running, ...few, ...single, ...newcomers]);
    expect(await refusals(most)).toHaveLength(cores + 1);
    expect(() => queue.ensureRoom({ network: 'most' })).not.toThrow();
  });

  it('never refuses what nobody asks for over the network', async () => {
    const { run, ask, finish } = bench();
    const own = times(100 * cores, () => run(null, 'own'));
    expect(await refusals([ask('home')])).toHaveLength(1);
    finish();
    expect(await Promise.all(own)).toHaveLength(100 * cores);
  });

  it('goes on after a failure', async () => {
    const { queue, ask, finish } = bench();
    const failing = queue.run({ network: 'home' }, () => Promise.reject(new Error('no memory')));
    await expect(failing).rejects.toThrow('no memory');
    const next = ask('home');
    finish();
    expect(await next).toBe('home');
  });
});
