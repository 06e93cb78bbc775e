import { BadRequestException } from '@nestjs/common';
import type { RequestHandler } from 'express';

const SECRET = ['password', 'password_confirm', 'current_password'];

/**
 * Refuses passwords in an address: addresses stand in histories and logs, and Passport's local strategy would take
 * them from there.
 */
export const noCredentialsInUrl: RequestHandler = (request, _response, next) => {
  const query = request.url.includes('?') ? new URLSearchParams(request.url.slice(request.url.indexOf('?'))) : null;
  const isRefused =
    query && (SECRET.some((name) => query.has(name)) || (request.method === 'POST' && query.has('email')));
  next(
    isRefused ? new BadRequestException('A password does not belong in an address. Send the form instead.') : undefined,
  );
};
