import { networkOf } from '../config/network';
import { emailKey } from '../text/email-address';

/** Whose turn it is when a password is hashed or checked: the network it comes from, and the account it is for, if any. */
export interface Asker {
  readonly network: string;
  readonly account?: string;
}

export function askerOf(ip: string | undefined, email?: string): Asker {
  const network = networkOf(ip ?? '');
  return email === undefined ? { network } : { network, account: emailKey(email) };
}
