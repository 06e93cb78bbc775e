import type { CookieOptions, Request } from 'express';
import type { Settings } from '../config/settings';

/** The `__Host-` prefix binds the cookie to this host and to https; browsers take it for no other. */
export function cookieNamed(name: string, { isHttps }: Pick<Settings, 'isHttps'>): string {
  return isHttps ? `__Host-${name}` : name;
}

/** Of the session. */
export function cookieName(settings: Pick<Settings, 'isHttps'>): string {
  return cookieNamed('mfo', settings);
}

/** What a browser sends for the cookie of this name; empty where it sends none. */
export function valueOfCookie({ headers }: Request, name: string): string {
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
}

export function cookieOptions({ isHttps }: Pick<Settings, 'isHttps'>): CookieOptions {
  return { httpOnly: true, sameSite: 'lax', secure: isHttps, path: '/' };
}
