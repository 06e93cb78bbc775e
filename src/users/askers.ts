import { networkOf } from '../config/network';
import { emailKey } from '../text/email-address';

/** Those whose turn it is when a password is hashed or proved: the network it comes from, and the account it is for. */
export function askersOf(ip: string | undefined, email: string): readonly string[] {
  return [networkOf(ip ?? ''), emailKey(email)];
}
