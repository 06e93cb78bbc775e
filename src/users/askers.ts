import { networkOf } from '../config/network';
import { emailKey } from '../text/email-address';

/** Those whose turn it is when a password is hashed or proved: the network it comes from, and the account it is for, if there is one. */
export function askersOf(ip: string | undefined, email?: string): readonly string[] {
  return [networkOf(ip ?? ''), ...(email === undefined ? [] : [emailKey(email)])];
}
