import { Logger } from '@nestjs/common';
import type { Database } from '../database/database';
import { DatabaseUnavailable } from '../database/errors';
import { Outage } from './outage';

const LOOKED_AFTER_MS = 15_000;

describe('an outage of the database, in the log', () => {
  const lines: unknown[] = [];
  let isBack: boolean;
  let outage: Outage;
  const unavailable = new DatabaseUnavailable('of the spec', new Error('no reason'));
  const ensureWritable = () => (isBack ? Promise.resolve() : Promise.reject(unavailable));
  const refuse = (times: number) => {
    for (let i = 0; i < times; i++) outage.refuse(unavailable, { route: `GET /${i}`, requestId: `r${i}` });
  };
  const pass = () => jest.advanceTimersByTimeAsync(LOOKED_AFTER_MS);

  beforeEach(() => {
    jest.useFakeTimers();
    for (const level of ['warn', 'log'] as const)
      jest.spyOn(Logger.prototype, level).mockImplementation((...said: unknown[]) => void lines.push(said[0]));
    [isBack, outage] = [false, new Outage({ ensureWritable } as Database)];
  });
  afterEach(() => {
    outage.beforeApplicationShutdown();
    jest.useRealTimers();
    jest.restoreAllMocks();
    lines.length = 0;
  });

  it('is told by its first cause, by how many it has refused where there are more, and by its end', async () => {
    refuse(3);
    expect(lines).toEqual([
      { event: 'database unavailable', route: 'GET /0', requestId: 'r0', message: unavailable.message },
    ]);
    await pass();
    expect(lines.slice(1)).toEqual([{ event: 'database still unavailable', refused: 3, message: String(unavailable) }]);
    await pass();
    expect(lines).toHaveLength(2);
    isBack = true;
    await pass();
    expect(lines.slice(2)).toEqual([{ event: 'database available again', refused: 3 }]);
  });

  it('that comes again is told again', async () => {
    refuse(1);
    isBack = true;
    await pass();
    refuse(1);
    expect(lines).toMatchObject([
      { event: 'database unavailable' },
      { event: 'database available again' },
      { event: 'database unavailable' },
    ]);
  });

  it('is not looked after once the site ends', async () => {
    refuse(1);
    outage.beforeApplicationShutdown();
    await pass();
    expect(jest.getTimerCount()).toBe(0);
    expect(lines).toHaveLength(1);
  });
});
