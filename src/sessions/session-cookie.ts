import type { CookieOptions } from 'express';
import type { Settings } from '../config/settings';

/** The `__Host-` prefix binds the cookie to this host and to https; browsers take it for no other. */
export function cookieName({ isHttps }: Pick<Settings, 'isHttps'>): string {
  return isHttps ? '__Host-mfo' : 'mfo';
}

export function cookieOptions({ isHttps }: Pick<Settings, 'isHttps'>): CookieOptions {
  return { httpOnly: true, sameSite: 'lax', secure: isHttps, path: '/' };
}
