import type { RequestHandler, Response } from 'express';
import type { SessionData } from 'express-session';
import { principalOf } from '../access/current-user';
import { caching } from './response-policy';

/** What the layout of every page shows: who is here, where they are, and what the last action had to say. */
export const pageLocals: RequestHandler = (request, response, next) => {
  const principal = principalOf(request);
  response.locals.principal = principal;
  response.locals.path = request.path;
  // Read when a page is rendered for somebody to see, so that a redirect on the way, or a script, leaves it for the page after.
  if (principal && request.get('sec-fetch-dest') !== 'empty') {
    define(response, 'flashMessage', () => take(request.session, 'message'));
    define(response, 'flashLink', () => take(request.session, 'link'));
  }
  response.locals.markSecret = () => response.setHeader('Cache-Control', caching.secret);
  response.setHeader('Cache-Control', principal ? caching.nowhere : caching.untilAsked);
  response.setHeader('Vary', 'Cookie, Accept-Encoding');
  next();
};

function define({ locals }: Response, name: string, get: () => unknown): void {
  Object.defineProperty(locals, name, { enumerable: true, get });
}

function take(session: Partial<SessionData>, name: 'message' | 'link'): unknown {
  const { [name]: taken } = session;
  delete session[name];
  return taken;
}
