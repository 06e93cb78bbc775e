import type { Request, RequestHandler } from 'express';
import { principalOf } from '../access/current-user';
import { caching } from './response-policy';

/** What the layout of every page shows: who is here, where they are, and what the last action had to say. */
export const pageLocals: RequestHandler = (request, response, next) => {
  const principal = principalOf(request);
  response.locals.principal = principal;
  response.locals.path = request.path;
  // Read when a page is rendered, so that a redirect on the way leaves it for the page after.
  if (principal)
    Object.defineProperty(response.locals, 'flashMessage', { enumerable: true, get: () => takeFlashMessage(request) });
  response.locals.markSecret = () => response.setHeader('Cache-Control', caching.secret);
  response.setHeader('Cache-Control', principal ? caching.nowhere : caching.untilAsked);
  response.setHeader('Vary', 'Cookie, Accept-Encoding');
  next();
};

function takeFlashMessage({ session }: Request): string | undefined {
  const { message } = session;
  if (message) delete (session as Partial<typeof session>).message;
  return message;
}
