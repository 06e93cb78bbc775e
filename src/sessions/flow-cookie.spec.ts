import type { Request, Response } from 'express';
import type { Clock } from '../config/clock';
import type { Settings } from '../config/settings';
import { FlowCookie } from './flow-cookie';

declare module './flow-cookie' {
  interface FlowsOfFeatures {
    'of the spec': { step: number };
    'of another': { step: number };
  }
}

const HOUR = 60 * 60_000;
let now = Date.UTC(2027, 0, 1);
const clock: Clock = { now: () => new Date(now) };
const flows = (SESSION_SECRET: string[], isHttps = false) =>
  new FlowCookie(clock, { SESSION_SECRET, isHttps } as Settings);

function sealed(by: FlowCookie, forHowLong = HOUR) {
  const set: { name: string; value: string; options: object }[] = [];
  const response = { cookie: (name: string, value: string, options: object) => set.push({ name, value, options }) };
  by.seal(response as unknown as Response, 'of the spec', { step: 2 }, new Date(now + forHowLong));
  return set[0]!;
}

const asked = (...cookies: string[]) => ({ headers: { cookie: cookies.join('; ') } }) as Request;

describe('The cookie of a flow', () => {
  const ours = flows(['one secret']);

  it('brings back what was sealed, among other cookies', () => {
    const { name, value } = sealed(ours);
    expect(ours.open(asked('mfo=x', `${name}=${value}`, 'a=b'), 'of the spec')).toEqual({ step: 2 });
  });

  it('is nothing for a flow of another kind, without a cookie, or with one that is changed anywhere', () => {
    const { name, value } = sealed(ours);
    expect(ours.open(asked(`${name}=${value}`), 'of another')).toBeNull();
    expect(ours.open(asked('mfo=x'), 'of the spec')).toBeNull();
    expect(ours.open({ headers: {} } as Request, 'of the spec')).toBeNull();
    for (let at = 0; at < value.length - 1; at++) {
      const changed = value.slice(0, at) + (value[at] === 'A' ? 'B' : 'A') + value.slice(at + 1);
      expect(ours.open(asked(`${name}=${changed}`), 'of the spec')).toBeNull();
    }
    for (const text of ['', '.', 'a', 'a.b', `${value}.x.y`.replace(/^./, 'x'), '%00', '{}'])
      expect(ours.open(asked(`${name}=${text}`), 'of the spec')).toBeNull();
  });

  it('outlives a change of secrets where the old one is still listed, and no other', () => {
    const { name, value } = sealed(ours);
    expect(flows(['new', 'one secret']).open(asked(`${name}=${value}`), 'of the spec')).toEqual({ step: 2 });
    expect(flows(['new']).open(asked(`${name}=${value}`), 'of the spec')).toBeNull();
    expect(sealed(flows(['one secret', 'old'])).value).toBe(value);
  });

  it('lasts as long as it says, and never more than an hour', () => {
    const brief = sealed(ours, 60_000);
    const long = sealed(ours, 5 * HOUR);
    expect([brief, long].map(({ options }) => options)).toMatchObject([{ maxAge: 60_000 }, { maxAge: HOUR }]);
    now += 60_000;
    expect(ours.open(asked(`${brief.name}=${brief.value}`), 'of the spec')).toBeNull();
    expect(ours.open(asked(`${long.name}=${long.value}`), 'of the spec')).toEqual({ step: 2 });
    now += HOUR;
    expect(ours.open(asked(`${long.name}=${long.value}`), 'of the spec')).toBeNull();
  });

  it('is out of reach of scripts and other sites, and with https of other hosts', () => {
    expect(sealed(ours)).toMatchObject({ name: 'mfo-flow', options: { httpOnly: true, sameSite: 'lax', path: '/' } });
    expect(sealed(flows(['one secret'], true))).toMatchObject({
      name: '__Host-mfo-flow',
      options: { secure: true, path: '/' },
    });
  });
});
