import type { Request } from 'express';
import type { Actor } from '../audit/actor';
import type { Principal } from './principal';

declare module 'express-serve-static-core' {
  interface Request {
    /** Names the request in the log and on the failure page. */
    requestId: string;
  }
}

/** Where a request comes from, as records keep it. */
export interface Origin {
  ip: string;
  agent: string;
  requestId: string;
}

export function originOf(request: Request): Origin {
  return { ip: request.ip ?? '', agent: request.get('user-agent') ?? '', requestId: request.requestId };
}

/** The visitor or user behind a request, as the one who makes a change. */
export function actorOf(request: Request): Actor {
  const user = request.user as Principal | undefined;
  return user ? { kind: 'user', id: user.id, ...originOf(request) } : { kind: 'visitor', ...originOf(request) };
}
