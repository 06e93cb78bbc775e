import { ForbiddenException } from '@nestjs/common';
import type { Request, RequestHandler } from 'express';
import type { Settings } from '../config/settings';
import { RareWarnings } from './rare-warnings';

const READING = ['GET', 'HEAD', 'OPTIONS'];
const OURS = ['same-origin', 'none'];
const LONGEST_QUOTED = 100;

/** Anybody can make a browser send one, so it is no refusal of a page to somebody. */
export class ForeignForm extends ForbiddenException {
  constructor(hint: string) {
    super(`This form was sent from another site, so it was not accepted.${hint}`);
  }
}

/**
 * Refuses a form that another site sent with our user's cookie, before anything of it is read. The browser says
 * where a form comes from, and no page can make it lie; what sends neither header is not a browser.
 */
export function sameOrigin({ APP_URL, isProduction }: Settings): RequestHandler {
  const ofOwnAddress = new RareWarnings('Origins', 'forms from another address of this site than APP_URL');
  const ofOthers = new RareWarnings('Origins', 'forms from other sites');
  return (request, _response, next) => {
    if (READING.includes(request.method) || isOurs(request, APP_URL)) return next();
    const origin = originIn(request);
    const warnings = isOwnAddress(request) ? ofOwnAddress : ofOthers;
    warnings.warn(
      origin,
      request.ip ?? '',
      `A form was not accepted: it came from ${origin}, and APP_URL is ${APP_URL}.`,
    );
    const hint = !isProduction && isOwnAddress(request) ? ` ${hintOf(origin, APP_URL)}` : '';
    next(new ForeignForm(hint));
  };
}

function isOurs(request: Request, origin: string): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return OURS.includes(String(site));
  return request.headers.origin === undefined || request.headers.origin === origin;
}

function originIn({ headers }: Request): string {
  return JSON.stringify(headers.origin?.slice(0, LONGEST_QUOTED) ?? 'an origin that was not told').slice(1, -1);
}

/** Whether the page with the form was one of ours, opened by another address than APP_URL. */
function isOwnAddress({ headers }: Request): boolean {
  const { origin = '', host } = headers;
  return URL.canParse(origin) && new URL(origin).host === host;
}

function hintOf(origin: string, appUrl: string): string {
  return `You opened this site at ${origin}, but its APP_URL is ${appUrl}. Open it there, or set APP_URL to ${origin} and start the site again.`;
}
