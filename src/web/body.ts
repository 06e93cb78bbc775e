import { PayloadTooLargeException, UnsupportedMediaTypeException } from '@nestjs/common';
import { json, urlencoded, type Request, type RequestHandler } from 'express';
import type { AccessMap } from '../access/access-map';
import { takesJson } from '../forms/json-body';
import { takesFile } from './takes-file';

/** Room for two passwords of the greatest length, each character percent-encoded, or for the names of all boxes of a page. */
const LIMIT = '128kb';
/** More than any page has fields and boxes. */
const MOST_FIELDS = 1000;

const read = urlencoded({ extended: false, limit: LIMIT, parameterLimit: MOST_FIELDS, inflate: false });

const readJson = json({ limit: LIMIT, inflate: false });

const faults = new WeakMap<Request, unknown>();

/**
 * Reads forms, and JSON where the route takes it, before anybody is let in by a session, which could end while a body is on
 * its way. A form with a file is left for its route, which reads it for who may send it. The site takes no other kind of body.
 */
export function forms(accessMap: AccessMap): RequestHandler {
  return (request, response, next) => {
    if (!hasBody(request)) return next();
    const handler = accessMap.handlerAt(request.method, request.path);
    if (handler && takesFile(handler)) {
      // It is read when it is known that they may send it.
      if (!request.is('multipart/form-data')) faults.set(request, unsupported('multipart/form-data'));
      return next();
    }
    const isJson = handler !== undefined && takesJson(handler);
    const kind = isJson ? 'application/json' : 'application/x-www-form-urlencoded';
    (isJson ? readJson : read)(request, response, (error?: unknown) => {
      if (error !== undefined) faults.set(request, faultOf(error));
      else if (request.body === undefined) faults.set(request, unsupported(kind));
      next();
    });
  };
}

/** Refuses what could not be read, once it is known who sent it: the page that says so is theirs. */
export const formFaults: RequestHandler = (request, _response, next) => next(faults.get(request));

function unsupported(kind: string) {
  return new UnsupportedMediaTypeException(`Send it as ${kind}.`);
}

function faultOf(error: unknown): unknown {
  const type: unknown = error instanceof Error ? Reflect.get(error, 'type') : undefined;
  if (type !== 'entity.too.large' && type !== 'parameters.too.many') return error;
  return new PayloadTooLargeException(
    `This form is too large, so nothing was saved. The site takes ${MOST_FIELDS} fields and 128 kB of text at once: shorten the longest text, or choose fewer.`,
  );
}

function hasBody({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
