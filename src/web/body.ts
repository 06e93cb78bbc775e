import { UnsupportedMediaTypeException } from '@nestjs/common';
import { urlencoded, type Request, type RequestHandler } from 'express';

/** Room for two passwords of the greatest length, each character percent-encoded. */
const LIMIT = '128kb';

const read = urlencoded({ extended: false, limit: LIMIT, parameterLimit: 50, inflate: false });

/** Reads forms, and nothing else: the site takes no other kind of body. */
export const forms: RequestHandler = (request, response, next) => {
  if (!hasBody(request)) return next();
  read(request, response, (error?: unknown) => {
    if (error !== undefined || request.body !== undefined) return next(error);
    next(new UnsupportedMediaTypeException('Send the form as application/x-www-form-urlencoded.'));
  });
};

function hasBody({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
