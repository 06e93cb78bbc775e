import type { Request } from 'express';
import type { AccessMap } from '../access/access-map';
import { traceOf } from '../trace';

/** Route names and ids are shorter; what is as long as this may be the token of a link. */
const TOKEN_LENGTH = 16;

/**
 * The route a request reaches, as it is declared. Log lines hold nothing else of an address: a path may carry a link's
 * token, and a query whatever somebody typed.
 */
export function routeInLog(accessMap: AccessMap, { method, path }: Request): string {
  return `${method} ${accessMap.match(method, path)?.path ?? '(unknown address)'}`;
}

/** The trace of an error without what the address of the request holds. */
export function errorInLog({ originalUrl, path }: Request, error: unknown): string {
  const text = traceOf(error);
  const tokens = path.split('/').filter((segment) => segment.length >= TOKEN_LENGTH);
  // Without a query and a token, an address tells nothing, and may be part of a file's name: views/account/password.hbs.
  const addresses = originalUrl.includes('?') ? [originalUrl] : [];
  return [...addresses, ...tokens]
    .flatMap((part) => [part, decoded(part)])
    .filter((part) => part.length >= TOKEN_LENGTH)
    .reduce((told, part) => told.replaceAll(part, '(address)'), text);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
