import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';

/** Gives every request a name of ours; one that a stranger sends is not believed. */
export const requestId: RequestHandler = (request, _response, next) => {
  request.requestId = randomUUID();
  next();
};
