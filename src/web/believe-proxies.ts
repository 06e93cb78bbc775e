import type { NestExpressApplication } from '@nestjs/platform-express';
import { request as expressRequest, type Express, type Request } from 'express';
import { addressIn } from '../config/network';
import type { Settings } from '../config/settings';
import { trusting } from '../config/trusted-proxies';
import { RareWarnings } from './rare-warnings';

const LONGEST_QUOTED = 60;

/**
 * From here on `request.ip` is the visitor's address as the proxies of TRUST_PROXY tell it, without the port and the zone
 * that some add. Where what they tell is no address, it is the one of the connection. `request.protocol` is the
 * one by which the visitor reached the first of them.
 */
export function believeProxies(app: NestExpressApplication, { TRUST_PROXY }: Settings): void {
  const isProxy = trusting(TRUST_PROXY);
  app.set('trust proxy', isProxy);
  const express: Express = app.getHttpAdapter().getInstance();
  const warnings = new RareWarnings('Proxies', 'visitors without an address');
  Object.defineProperty(express.request, 'ip', {
    get(this: Request): string {
      return toldAddress(this) ?? connectionOf(this, warnings);
    },
  });
  Object.defineProperty(express.request, 'protocol', {
    get(this: Request): string {
      return toldProtocol(this, isProxy) ?? Reflect.get(expressRequest, 'protocol', this);
    },
  });
}

function toldAddress(request: Request): string | undefined {
  const told: unknown = Reflect.get(expressRequest, 'ip', request);
  return typeof told === 'string' ? addressIn(told)?.toString() : undefined;
}

/** Of several the one that the first of our proxies added. Express takes the leftmost, which may be the visitor's own. */
function toldProtocol(request: Request, isProxy: (address: string | undefined) => boolean): string | undefined {
  const told = request.get('x-forwarded-proto')?.split(',') ?? [];
  if (told.length < 2 || !isProxy(request.socket.remoteAddress)) return undefined;
  const proxies = Math.max(1, request.ips.length);
  return told.at(-Math.min(proxies, told.length))?.trim();
}

function connectionOf(request: Request, warnings: RareWarnings): string {
  const connection = addressIn(request.socket.remoteAddress ?? '')?.toString() ?? '';
  const told = request.get('x-forwarded-for')?.slice(0, LONGEST_QUOTED);
  if (told !== undefined && connection)
    warnings.warn(
      connection,
      connection,
      `The proxy at ${connection} sends an X-Forwarded-For without an address: ${JSON.stringify(told)}. Its visitors are told apart by nothing, and limits of attempts hold for all of them together.`,
    );
  return connection;
}
