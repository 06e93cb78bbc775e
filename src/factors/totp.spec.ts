import { generateSync } from 'otplib';
import { newTotpSecret, stepOfCode, totpAddress } from './totp';

const at = (seconds: number) => new Date(seconds * 1000);
/** The secret and the codes of RFC 6238, appendix B, of which apps show the last six digits. */
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const table = [
  [59, '287082'],
  [1111111109, '081804'],
  [1111111111, '050471'],
  [1234567890, '005924'],
  [2000000000, '279037'],
] as const;

describe('a code of an authenticator app', () => {
  it.each(table)('at second %i is %s', async (second, code) => {
    expect(await stepOfCode(SECRET, code, at(second))).toBe(Math.floor(second / 30));
  });

  it('counts during its 30 seconds, those before and those after, and at no other time', async () => {
    const code = generateSync({ secret: SECRET, epoch: 3000 });
    const counting = [];
    for (let second = 2900; second < 3130; second++) {
      const step = await stepOfCode(SECRET, code, at(second));
      if (step !== null) counting.push({ second, step });
    }
    expect(counting.map(({ second }) => second)).toEqual(Array.from({ length: 90 }, (_, i) => 2970 + i));
    expect(new Set(counting.map(({ step }) => step))).toEqual(new Set([100]));
  });

  it.each(['', '12345', '1234567', 'abcdef', '１２３４５６', '-12345', '1e5   '])('is not %j', async (text) => {
    expect(await stepOfCode(SECRET, text, at(59))).toBeNull();
  });
});

describe('a new secret', () => {
  it('has 160 bits and is another each time', async () => {
    const [one, other] = [await newTotpSecret(), await newTotpSecret()];
    expect(one).toMatch(/^[A-Z2-7]{32}$/);
    expect(one).not.toBe(other);
  });

  it('is read by apps with the name of the site and the account', async () => {
    expect(await totpAddress(SECRET, 'Music & More', 'ada@example.org')).toBe(
      `otpauth://totp/Music%20%26%20More:ada%40example.org?secret=${SECRET}&issuer=Music%20%26%20More`,
    );
  });
});
