import { randomBytes } from 'node:crypto';
import type { Settings } from '../config/settings';
import { Encryption, EncryptionKeyMissing, SecretUnreadable } from './encryption';

const under = (...keys: Buffer[]) => new Encryption({ ENCRYPTION_KEY: keys } as unknown as Settings);
const [one, other] = [randomBytes(32), randomBytes(32)];
const ada = { userId: 12, purpose: 'totp' };

describe('a secret at rest', () => {
  it('is read by whoever has its key', () => {
    const stored = under(one).encrypt('JBSWY3DPEHPK3PXP', ada);
    expect(stored).not.toContain('JBSWY3DPEHPK3PXP');
    expect(under(one).decrypt(stored, ada)).toBe('JBSWY3DPEHPK3PXP');
  });

  it('is another text each time', () => {
    expect(under(one).encrypt('the same', ada)).not.toBe(under(one).encrypt('the same', ada));
  });

  it('is read while its key is anywhere in the list, and encrypted under the first', () => {
    const stored = under(one).encrypt('secret', ada);
    const both = under(other, one);
    expect(both.decrypt(stored, ada)).toBe('secret');
    expect(both.isCurrent(stored)).toBe(false);
    expect(both.isCurrent(both.encrypt('secret', ada))).toBe(true);
    expect(under(other).decrypt(both.encrypt('secret', ada), ada)).toBe('secret');
  });

  it('is not read without its key', () => {
    const stored = under(one).encrypt('secret', ada);
    expect(() => under(other).decrypt(stored, ada)).toThrow(SecretUnreadable);
    expect(() => under().decrypt(stored, ada)).toThrow(SecretUnreadable);
    expect(() => under().encrypt('secret', ada)).toThrow(EncryptionKeyMissing);
  });

  it('is not read in another account, or for another purpose', () => {
    const stored = under(one).encrypt('secret', ada);
    expect(() => under(one).decrypt(stored, { ...ada, userId: 13 })).toThrow(SecretUnreadable);
    expect(() => under(one).decrypt(stored, { ...ada, purpose: 'another' })).toThrow(SecretUnreadable);
  });

  it('is not read with any of its characters changed, or cut off', () => {
    const stored = under(one).encrypt('secret', ada);
    for (let i = 0; i < stored.length - 1; i++) {
      const altered = stored.slice(0, i) + (stored[i] === 'A' ? 'B' : 'A') + stored.slice(i + 1);
      expect(() => under(one).decrypt(altered, ada)).toThrow(SecretUnreadable);
      expect(() => under(one).decrypt(stored.slice(0, i), ada)).toThrow(SecretUnreadable);
    }
  });
});
