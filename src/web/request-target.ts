import { BadRequestException } from '@nestjs/common';
import type { RequestHandler } from 'express';

/**
 * Refuses a request for something that is no path, like `GET *`: sessions and routes only know paths; and one that names
 * no host, or two: a proxy might go by the one and the site by the other.
 */
export const requestTarget: RequestHandler = (request, _response, next) => {
  const { host: hosts = [] } = request.headersDistinct;
  if (!request.path.startsWith('/')) next(new BadRequestException('The address has to be a path.'));
  else if (hosts.length > 1 || (hosts.length === 0 && request.httpVersion === '1.1'))
    next(new BadRequestException('The request has to say which host it is for, once.'));
  else next();
};
