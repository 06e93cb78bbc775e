import { BadRequestException } from '@nestjs/common';
import type { RequestHandler } from 'express';

/** Refuses a request for something that is no path, like `GET *`: sessions and routes only know paths. */
export const requestTarget: RequestHandler = (request, _response, next) => {
  next(request.path.startsWith('/') ? undefined : new BadRequestException('The address has to be a path.'));
};
