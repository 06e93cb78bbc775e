import type { RequestHandler } from 'express';
import helmet from 'helmet';
import type { Settings } from '../config/settings';

const YEAR = 365 * 24 * 60 * 60;

/** The headers of every answer. No inline script or style anywhere, nothing from elsewhere, no frame around us. */
export function securityHeaders(settings: Settings): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        // Pico draws its arrows and ticks as data: images in its stylesheet.
        imgSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
        ...(settings.isHttps ? { upgradeInsecureRequests: [] } : {}),
      },
    },
    // With no-referrer browsers would send our own forms with "Origin: null".
    referrerPolicy: { policy: 'same-origin' },
    frameguard: { action: 'deny' },
    strictTransportSecurity: settings.isHttps ? { maxAge: YEAR, includeSubDomains: false } : false,
  });
}
