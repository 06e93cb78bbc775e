import { UnsupportedMediaTypeException } from '@nestjs/common';
import { urlencoded, type Request, type RequestHandler } from 'express';

/** Room for two passwords of the greatest length, each character percent-encoded. */
const LIMIT = '128kb';

const read = urlencoded({ extended: false, limit: LIMIT, parameterLimit: 50, inflate: false });

const faults = new WeakMap<Request, unknown>();

/**
 * Reads forms, and nothing else: the site takes no other kind of body. Before anybody is let in by a session, which could
 * end while a body is on its way.
 */
export const forms: RequestHandler = (request, response, next) => {
  if (!hasBody(request)) return next();
  read(request, response, (error?: unknown) => {
    if (error !== undefined) faults.set(request, error);
    else if (request.body === undefined)
      faults.set(request, new UnsupportedMediaTypeException('Send the form as application/x-www-form-urlencoded.'));
    next();
  });
};

/** Refuses what could not be read, once it is known who sent it: the page that says so is his. */
export const formFaults: RequestHandler = (request, _response, next) => next(faults.get(request));

function hasBody({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
