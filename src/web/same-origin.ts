import { ForbiddenException } from '@nestjs/common';
import type { Request, RequestHandler } from 'express';
import type { Settings } from '../config/settings';

const READING = ['GET', 'HEAD', 'OPTIONS'];
const OURS = ['same-origin', 'none'];

/**
 * Refuses a form that another site sent with our user's cookie, before anything of it is read. The browser says
 * where a form comes from, and no page can make it lie; what sends neither header is not a browser.
 */
export function sameOrigin({ APP_URL }: Settings): RequestHandler {
  return (request, _response, next) => {
    next(
      READING.includes(request.method) || isOurs(request, APP_URL)
        ? undefined
        : new ForbiddenException('This form was sent from another site, so it was not accepted.'),
    );
  };
}

function isOurs(request: Request, origin: string): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return OURS.includes(String(site));
  return request.headers.origin === undefined || request.headers.origin === origin;
}
