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
    expect(passwords.isBehind(stored)).toBe(false);
    expect(passwords.isBehind(example.bcrypt)).toBe(true);
    expect(passwords.isBehind(example.argon2id)).toBe(true);
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
