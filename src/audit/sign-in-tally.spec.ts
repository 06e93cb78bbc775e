import { SignInTally, type SignInEntry } from './sign-in-tally';

const at = new Date('2026-05-01T10:00:00Z');
const later = (ms: number) => new Date(at.getTime() + ms);
const many = (count: number) => Array.from({ length: count }, (_, i) => i);
const address = (i: number) => `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`;

describe('sign-ins and refusals are counted', () => {
  it('in one row for the same within the hour, of which only the first is new', () => {
    const tally = new SignInTally();
    const entry: SignInEntry = { kind: 'forbidden', userId: 7, ip: '192.0.2.1', route: 'GET /admin' };
    const added = many(50).map((i) => tally.add(entry, later(i)));
    expect(added.map((it) => it?.isNew)).toEqual([true, ...Array<boolean>(49).fill(false)]);
    expect(tally.take()).toMatchObject([{ count: 50, firstAt: at.getTime(), lastAt: at.getTime() + 49 }]);
    expect(tally.add(entry, later(60))).toEqual({ isNew: false });
    expect(tally.add(entry, later(60 * 60_000))).toEqual({ isNew: true });
    expect(tally.take().map(({ count }) => count)).toEqual([1, 1]);
    expect(tally.take()).toEqual([]);
  });

  it.each<SignInEntry['kind']>([
    'sign-in refused',
    'sign-in limited',
    'registration limited',
    'foreign form',
    'unusable link',
  ])('in at most 1001 rows an hour of the kind %s, from however many networks and in whosever name', (kind) => {
    const tally = new SignInTally();
    const rows = new Set<string>();
    let lines = 0;
    for (const i of many(4000)) {
      const userId = i % 2 ? i : undefined;
      if (tally.add({ kind, ip: i % 3 ? address(i) : `2001:db8:${i.toString(16)}::1`, userId }, at)?.isNew) lines += 1;
      if (i % 500 === 499) for (const { id } of tally.take()) rows.add(id);
    }
    expect([rows.size, lines]).toEqual([1001, 1001]);
  });

  it('in at most 101 rows an hour of what one person does, without taking another’s room', () => {
    const tally = new SignInTally();
    for (const i of many(500)) tally.add({ kind: 'forbidden', userId: 1, ip: address(i), route: 'GET /admin' }, at);
    tally.add({ kind: 'forbidden', userId: 2, ip: address(1), route: 'GET /admin' }, at);
    const rows = tally.take();
    expect(rows).toHaveLength(102);
    expect(rows.find(({ ip }) => ip === 'many networks')).toMatchObject({ userId: 1, route: null, count: 400 });
  });

  it('in bounded memory while nothing can be written, and nothing of what was kept is lost', () => {
    const tally = new SignInTally();
    const counted = many(20_000).filter((i) => tally.add({ kind: 'signed in', userId: i, ip: address(i) }, at));
    expect(tally.size).toBe(5000);
    expect(counted).toHaveLength(5000);
    const rows = tally.take();
    tally.add({ kind: 'signed in', userId: 0, ip: address(0) }, later(5));
    expect(tally.giveBack(rows)).toBe(0);
    expect(tally.take().reduce((sum, { count }) => sum + count, 0)).toBe(5001);
  });

  it('by networks where strangers cause them, and by addresses of people', () => {
    const tally = new SignInTally();
    for (const i of many(20)) tally.add({ kind: 'unusable link', ip: `2001:db8::${i.toString(16)}` }, at);
    for (const i of many(20)) tally.add({ kind: 'sign-in refused', userId: 3, ip: `2001:db8::${i.toString(16)}` }, at);
    tally.add({ kind: 'signed in', userId: 3, ip: '2001:db8::1' }, at);
    tally.add({ kind: 'forbidden', ip: 'no address' }, at);
    expect(
      tally
        .take()
        .map(({ kind, ip, count }) => `${kind} ${ip} ${count}`)
        .sort(),
    ).toEqual([
      'forbidden unknown 1',
      'sign-in refused 2001:db8:0:0::/64 20',
      'signed in 2001:db8::1 1',
      'unusable link 2001:db8:0:0::/64 20',
    ]);
  });
});
