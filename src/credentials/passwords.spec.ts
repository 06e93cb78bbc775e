import { createHmac } from 'node:crypto';
import * as argon2 from '@node-rs/argon2';
import bcrypt from 'bcrypt';
import { Passwords } from './passwords';

/** The worked example of the format, computed with Flask-Security-Too. */
const example = {
  salt: '307680677384259925768439955171685999662',
  bcrypt: '$2b$12$abcdefghijklmnopqrstuuMBneEwX6XLxa8SqVGcMamnnP5TcUO9C',
  argon2id: '$argon2id$v=19$m=65536,t=3,p=4$MDEyMzQ1Njc4OWFiY2RlZg$bWoYHhoXfirjPb/tgGoauidTdAxTT5GuRjl3NN1grFo',
  romanOne: '$2b$04$abcdefghijklmnopqrstuuUKkZyrOJsD2l3gXiozewm4emd3xkaM2',
};
const passwords = new Passwords({ SECURITY_PASSWORD_SALT: example.salt, BCRYPT_COST: 4 });

describe('a password', () => {
  it('of Flask-Security-Too verifies, whether bcrypt or argon2id', async () => {
    expect(await passwords.verify('abcd1234', example.bcrypt)).toBe(true);
    expect(await passwords.verify('abcd1234', example.bcrypt.replace('$2b$', '$2a$'))).toBe(true);
    expect(await passwords.verify('abcd1234', example.bcrypt.replace('$2b$', '$2y$'))).toBe(true);
    expect(await passwords.verify('abcd1234', example.argon2id)).toBe(true);
  });

  it('that is another one does not', async () => {
    expect(await passwords.verify('abcd1235', example.bcrypt)).toBe(false);
    expect(await passwords.verify('abcd1235', example.argon2id)).toBe(false);
    expect(await passwords.verify('', example.bcrypt)).toBe(false);
  });

  it('hashed without the pepper does not verify', async () => {
    expect(await passwords.verify('abcd1234', await bcrypt.hash('abcd1234', 4))).toBe(false);
  });

  it('is normalised: a Roman numeral one is the letter I', async () => {
    expect(await passwords.verify('battery staple\u2160', example.romanOne)).toBe(true);
    expect(await passwords.verify('battery stapleI', example.romanOne)).toBe(true);
  });

  it.each([
    undefined,
    '',
    'plain',
    '!',
    '$1$old$hash',
    '$2b$',
    '$argon2id$broken',
    '$argon2i$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$AAAA',
  ])('never verifies against %p', async (stored) => {
    expect(await passwords.verify('abcd1234', stored)).toBe(false);
    expect(await passwords.verify('', stored)).toBe(false);
  });

  it('is never truncated, at any length, and a NUL byte counts', async () => {
    const long = 'x'.repeat(5000);
    const stored = await passwords.hash(`${long}\0a`);
    expect(await passwords.verify(`${long}\0a`, stored)).toBe(true);
    expect(await passwords.verify(`${long}\0b`, stored)).toBe(false);
    expect(await passwords.verify(long, stored)).toBe(false);
  });

  it('is stored as bcrypt at the cost of today', async () => {
    const stored = await passwords.hash('abcd1234');
    expect(stored).toMatch(/^\$2b\$04\$.{53}$/);
    expect(passwords.needsRehash(stored)).toBe(false);
    expect(passwords.needsRehash(example.bcrypt)).toBe(true);
    expect(passwords.needsRehash(example.argon2id)).toBe(true);
  });
});

describe('a check costs the work of one hash of today', () => {
  const today = 9;
  const now = new Passwords({ SECURITY_PASSWORD_SALT: example.salt, BCRYPT_COST: today });
  const tail = example.bcrypt.slice(6);
  afterEach(() => jest.restoreAllMocks());

  it.each<[string, string | undefined]>([
    ['nobody', undefined],
    ['nobody who has set a password', ''],
    ['an unknown format', '$scrypt$n=16$aaaa'],
    ['a hash of today', `$2b$09${tail}`],
    ['a cost of 4', `$2b$04${tail}`],
    ['a cost of 6, of PHP', `$2y$06${tail}`],
    ['a cost of 8', `$2a$08${tail}`],
    ['a cost that bcrypt does not have', `$2b$03${tail}`],
    ['a cost that takes days', `$2b$31${tail}`],
    ['a hash of argon2id', example.argon2id],
    ['a hash of argon2id that asks for 4 GB', example.argon2id.replace('m=65536', 'm=4194304')],
  ])('for %s', async (_case, stored) => {
    const compare = jest.spyOn(bcrypt, 'compare');
    expect(await now.verify('not the password', stored)).toBe(false);
    const work = compare.mock.calls.reduce((sum, [, hash]) => sum + 2 ** bcrypt.getRounds(hash), 0);
    expect(work).toBe(2 ** today);
  });

  it('also where the password is right', async () => {
    const old = await passwords.hash('abcd1234');
    const compare = jest.spyOn(bcrypt, 'compare');
    expect(await now.verify('abcd1234', old)).toBe(true);
    expect(compare.mock.calls.map(([, hash]) => bcrypt.getRounds(hash))).toEqual([4, 4, 5, 6, 7, 8]);
  });
});

describe('a stored hash of argon2id', () => {
  const stored = (options: Parameters<typeof argon2.hash>[1]) =>
    argon2.hash(createHmac('sha512', example.salt).update('abcd1234').digest('base64'), options);

  it.each([
    { memoryCost: 1024, timeCost: 2, parallelism: 1 },
    { memoryCost: 128 * 1024, timeCost: 1, parallelism: 8 },
    { memoryCost: 1024, timeCost: 20, parallelism: 16 },
  ])('that asks for %j verifies', async (options) => {
    expect(await passwords.verify('abcd1234', await stored(options))).toBe(true);
  });

  it.each([
    { memoryCost: 1024, timeCost: 2, parallelism: 17 },
    { memoryCost: 64, timeCost: 16385, parallelism: 1 },
    { memoryCost: 257 * 1024, timeCost: 1, parallelism: 1 },
  ])('that asks for %j is not computed, so it verifies nobody', async (options) => {
    expect(await passwords.verify('abcd1234', await stored(options))).toBe(false);
  });

  it.each(['m=4194304', 'm=99999999999999999999'])('is not computed either with %s', async (memory) => {
    expect(await passwords.verify('abcd1234', example.argon2id.replace('m=65536', memory))).toBe(false);
  });
});

describe('hashing', () => {
  it('never runs more often at once than there are cores', async () => {
    let running = 0;
    let most = 0;
    const count = async () => {
      most = Math.max(most, ++running);
      await new Promise(setImmediate);
      running--;
      return '';
    };
    const hash = jest.spyOn(bcrypt, 'hash').mockImplementation(count as never);
    await Promise.all(Array.from({ length: 40 }, () => passwords.hash('abcd1234')));
    hash.mockRestore();
    expect(most).toBe((await import('node:os')).availableParallelism());
  });
});
