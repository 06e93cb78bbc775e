import { BadRequestException } from '@nestjs/common';
import type { Request, RequestHandler } from 'express';

/**
 * Refuses a request for something that is no path, like `GET *`: sessions and routes only know paths; and one that names
 * no host, or two: a proxy might go by the one and the site by the other.
 */
export const requestTarget: RequestHandler = (request, _response, next) => {
  const hosts = hostsNamedBy(request);
  if (!request.path.startsWith('/')) next(new BadRequestException('The address has to be a path.'));
  else if (hosts > 1 || (hosts === 0 && request.httpVersion === '1.1'))
    next(new BadRequestException('The request has to say which host it is for, once.'));
  else next();
};

/** Of two, `request.headers` would show the first alone. */
function hostsNamedBy({ rawHeaders }: Request): number {
  return rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === 'host').length;
}
