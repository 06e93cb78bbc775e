import { BadRequestException } from '@nestjs/common';
import type { RequestHandler } from 'express';

/** Refuses a request for something that is no path, like `GET *`: sessions and routes only know paths; and one that names no host. */
export const requestTarget: RequestHandler = (request, _response, next) => {
  if (!request.path.startsWith('/')) next(new BadRequestException('The address has to be a path.'));
  else if (request.headers.host === undefined && request.httpVersion === '1.1')
    next(new BadRequestException('The request has to say which host it is for.'));
  else next();
};
