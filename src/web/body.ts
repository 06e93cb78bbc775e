import { UnsupportedMediaTypeException } from '@nestjs/common';
import { urlencoded, type RequestHandler } from 'express';

/** Room for two passwords of the greatest length, each character percent-encoded. */
const LIMIT = '128kb';

/** Reads forms, and nothing else: the site takes no other kind of body. */
export const forms: RequestHandler[] = [
  urlencoded({ extended: false, limit: LIMIT, parameterLimit: 50, inflate: false }),
  (request, _response, next) => {
    const hasOther =
      request.body === undefined &&
      (request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0);
    next(
      hasOther ? new UnsupportedMediaTypeException('Send the form as application/x-www-form-urlencoded.') : undefined,
    );
  },
];
