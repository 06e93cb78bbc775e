import { Logger } from '@nestjs/common';
import { RareWarnings } from './rare-warnings';

describe('warnings that strangers can cause', () => {
  const lines: unknown[] = [];
  let warnings: RareWarnings;
  const warn = (cause: string, ip = cause) => warnings.warn(cause, ip, `Because of ${cause}.`);
  const addresses = (count: number) => Array.from({ length: count }, (_, i) => `198.51.100.${i}`);

  beforeEach(() => {
    jest.useFakeTimers();
    jest.spyOn(Logger.prototype, 'warn').mockImplementation((...said: unknown[]) => void lines.push(said[0]));
    warnings = new RareWarnings('Spec', 'odd requests');
  });
  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
    lines.length = 0;
  });

  it('are logged once for each cause', () => {
    for (const ip of ['198.51.100.1', '198.51.100.1', '198.51.100.2']) warn('a cause', ip);
    expect(lines).toEqual(['Because of a cause.']);
  });

  it('are crowded out neither by one network nor by another kind', () => {
    for (let i = 0; i < 100; i++) warn(`https://${i}.example`, `2001:db8:7:7::${i}`);
    warn('a real cause', '198.51.100.1');
    expect(lines).toHaveLength(4);
    expect(lines).toContain('Because of a real cause.');
    addresses(100).forEach((ip) => warn(ip));
    new RareWarnings('Spec', 'other requests').warn('of its own', '198.51.100.1', 'Because of a cause of its own.');
    expect(lines.at(-1)).toBe('Because of a cause of its own.');
    expect(lines).toHaveLength(21);
  });

  it('begin anew after an hour, with the number of those that were not logged', () => {
    addresses(50).forEach((ip) => warn(ip));
    expect(lines).toHaveLength(20);
    jest.advanceTimersByTime(60 * 60_000);
    expect(lines.slice(20)).toEqual(['In the last hour there were more odd requests than are logged one by one: 30.']);
    warn('203.0.113.9');
    expect(lines.at(-1)).toBe('Because of 203.0.113.9.');
    jest.advanceTimersByTime(2 * 60 * 60_000);
    expect(lines).toHaveLength(22);
    expect(jest.getTimerCount()).toBe(0);
  });
});
