import { dictionary } from '@zxcvbn-ts/language-common';

/** The 10 000 most common passwords, by frequency, from the dictionary of zxcvbn-ts. */
const common = new Set(dictionary['passwords-common'].slice(0, 10_000));

export function isCommonPassword(password: string): boolean {
  return common.has(password.normalize('NFKC').toLowerCase());
}
