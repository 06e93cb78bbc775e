import fc from 'fast-check';
import { weaknessOf } from './password-estimate';
import { isGuessable, isPublished, isTyped } from './secret-strength';

const digitsOf = (drawn: Buffer) =>
  BigInt(`0x${drawn.toString('hex')}`)
    .toString()
    .padStart(38, '0');

/** fast-check's own arrays of bytes repeat themselves on purpose, as no random source does. */
const even = (count: number) =>
  fc.infiniteStream(fc.integer({ min: 0, max: 255 })).map((drawn) => Buffer.from([...drawn.take(count)]));

describe('a secret', () => {
  it.each([
    'openwhisk openwhisk openwhisk openwhisk',
    'abcdefghijklmnopqrstuvwxyz0123456789',
    '98765432109876543210987654321098',
    'qwertyuiopasdfghjklzxcvbnm123456789',
    'Poiuytrewq-Lkjhgfdsa-Mnbvcxz-0987',
    '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.',
    'please-replace-this-secret-before-production',
    'Please_Change_This_Session_Secret_1234',
    'my-super-secret-session-string-2024',
    'insecure-development-key-insecure-development',
    'this is a very secret secret, please replace',
    'correct horse battery staple correct horse',
    'abc123def456abc123def456abc123def456xyz',
    'aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeee',
    'SESSION_SECRET SESSION_SECRET_PRODUCTION_1',
  ])('that somebody typed is known as such: %s', (secret) => {
    expect(isTyped(secret)).toBe(true);
  });

  it.each([
    ['openssl rand -base64 48', even(48).map((drawn) => drawn.toString('base64'))],
    ['openssl rand -base64 32', even(32).map((drawn) => drawn.toString('base64'))],
    ['base64url of 24 bytes', even(24).map((drawn) => drawn.toString('base64url'))],
    ['openssl rand -hex 32', even(32).map((drawn) => drawn.toString('hex'))],
    ['openssl rand -hex 16', even(16).map((drawn) => drawn.toString('hex'))],
    ['any signs of a keyboard', even(32).map((drawn) => String.fromCharCode(...drawn.map((byte) => 33 + (byte % 94))))],
    ['128 bits in decimal digits', even(16).map(digitsOf)],
    ['two UUIDs', fc.tuple(fc.uuid({ version: 4 }), fc.uuid({ version: 4 })).map((pair) => pair.join(''))],
    [
      'two UUIDs with a line between',
      fc.tuple(fc.uuid({ version: 7 }), fc.uuid({ version: 4 })).map((pair) => pair.join('-')),
    ],
  ])('of a random source is never taken for a weak one: %s', async (_source, secrets) => {
    await fc.assert(
      fc.asyncProperty(secrets, async (secret) => {
        const judged = [
          isGuessable(secret),
          isPublished(secret),
          isTyped(secret),
          await weaknessOf(secret, ['Music Festival']),
        ];
        expect([secret, ...judged]).toEqual([secret, false, false, false, null]);
      }),
      { numRuns: 50 },
    );
  });
});
