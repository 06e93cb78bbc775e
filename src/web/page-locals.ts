import type { RequestHandler } from 'express';
import { principalOf } from '../access/roles.guard';

/** What the layout of every page shows: who is here, where he is, and what the last action had to say. */
export const pageLocals: RequestHandler = (request, response, next) => {
  const principal = principalOf(request);
  response.locals.principal = principal;
  response.locals.path = request.path;
  response.setHeader('Cache-Control', principal ? 'no-store' : 'no-cache');
  response.vary('Cookie');
  if (principal && request.method === 'GET' && request.session.message) {
    response.locals.told = request.session.message;
    delete (request.session as Partial<typeof request.session>).message;
  }
  next();
};
