import type { IncomingMessage, ServerResponse } from 'node:http';
import { constants } from 'node:zlib';
import compression from 'compression';
import type { Request, RequestHandler, Response } from 'express';
import helmet from 'helmet';
import type { Settings } from '../config/settings';

const YEAR = 365 * 24 * 60 * 60;

/** Who may keep an answer, and for how long: what its `Cache-Control` says. An answer that says nothing else is kept by nobody. */
export const caching = {
  /** Pages of somebody who is signed in, and whatever was not understood. */
  nowhere: 'no-store',
  /** Pages of visitors, and files asked for without the mark of their content. */
  untilAsked: 'no-cache',
  /** Files asked for with the mark of their content: they never change under that address. */
  forever: `public, max-age=${YEAR}, immutable`,
  /**
   * Pages that show a secret. Nobody on the way may compress them either: the length of a compressed page tells whether
   * a guess that it repeats is right (BREACH).
   */
  secret: 'no-store, no-transform',
} as const;

/** The headers of every answer, also of those that Node makes itself. No inline script or style anywhere, nothing from elsewhere, no frame around us. */
export function securityHeaders(settings: Pick<Settings, 'isHttps' | 'HSTS_SUBDOMAINS'>): Record<string, string> {
  const setHeaders = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        // Pico draws its arrows and ticks as data: images in its stylesheet.
        imgSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        formAction: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
        ...(settings.isHttps ? { upgradeInsecureRequests: [] } : {}),
      },
    },
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    // With no-referrer browsers would send our own forms with "Origin: null".
    referrerPolicy: { policy: 'same-origin' },
    frameguard: { action: 'deny' },
    strictTransportSecurity: settings.isHttps ? { maxAge: YEAR, includeSubDomains: settings.HSTS_SUBDOMAINS } : false,
  });
  return {
    ...headersOf(setHeaders),
    'Permissions-Policy': 'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()',
    'Cache-Control': caching.nowhere,
  };
}

/** They are the same for every request, so they are made once. */
function headersOf(setHeaders: ReturnType<typeof helmet>): Record<string, string> {
  const headers: Record<string, string> = {};
  const response = {
    setHeader: (name: string, value: string) => (headers[name] = value),
    removeHeader: () => undefined,
  };
  setHeaders({} as IncomingMessage, response as unknown as ServerResponse, () => undefined);
  return headers;
}

/** Sets the headers of every answer, before anything else can answer. */
export function withHeaders(headers: Record<string, string>): RequestHandler {
  const pairs = Object.entries(headers);
  return (_request, response, next) => {
    for (const [name, value] of pairs) response.setHeader(name, value);
    next();
  };
}

/** Smaller ones fit into one packet as they are. */
const LEAST_COMPRESSED = 1024;

/** Whether an answer of this length and type gains by being compressed: pictures are compressed already. */
export function isWorthCompressing(length: number, request: Request, response: Response): boolean {
  return length >= LEAST_COMPRESSED && compression.filter(request, response);
}

/**
 * Compresses pages and downloads on their way, cheaply; our files were compressed once (assets.ts). Each part of a download
 * is sent as it comes. Whoever takes nothing compressed, like a health check, pays nothing.
 */
export const compressed: RequestHandler = (request, response, next) => {
  const accepted = request.headers['accept-encoding'];
  if (accepted === undefined || accepted === 'identity') next();
  else compress(request, response, next);
};

const compress = compression({
  threshold: LEAST_COMPRESSED,
  flush: constants.Z_SYNC_FLUSH,
  brotli: {
    flush: constants.BROTLI_OPERATION_FLUSH,
    params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_LGWIN]: 16 },
  },
});
