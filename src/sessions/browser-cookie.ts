import { createHash, randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { CookieOptions, Request, Response } from 'express';
import { derivedKeys, isSigned, signatureOf } from '../config/derived-keys';
import { settings, type Settings } from '../config/settings';
import { cookieNamed, cookieOptions, valueOfCookie } from './session-cookie';

/** As long as browsers keep a cookie at most (RFC 6265bis, 5.5): 400 days. */
const LASTS = 400 * 24 * 60 * 60_000;

/**
 * Tells a browser in which somebody has signed in before from all others: a signed cookie with a random number. It opens
 * nothing; whose browser it is stands in the database.
 */
@Injectable()
export class BrowserCookie {
  private readonly keys: Buffer[];
  private readonly name: string;
  private readonly options: CookieOptions;

  constructor(@Inject(settings.KEY) settings: Settings) {
    this.keys = derivedKeys(settings.SESSION_SECRET, 'browser cookie');
    this.name = cookieNamed('mfo-browser', settings);
    this.options = { ...cookieOptions(settings), maxAge: LASTS };
  }

  /** The number in the cookie; null where it brings none that this site has written. */
  numberIn(request: Request): string | null {
    const [number = '', signature = ''] = valueOfCookie(request, this.name).split('.');
    return isSigned(this.keys, number, signature) ? number : null;
  }

  keep(response: Response, number: string): void {
    response.cookie(this.name, `${number}.${signatureOf(this.keys, number)}`, this.options);
  }
}

export function newBrowserNumber(): string {
  return randomBytes(16).toString('base64url');
}

/** What stands for the number in the database: who reads it there can't make the cookie. */
export function browserHash(number: string): string {
  return createHash('sha256').update(number).digest('hex');
}
