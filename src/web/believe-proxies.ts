import type { NestExpressApplication } from '@nestjs/platform-express';
import { request as expressRequest, type Express, type Request } from 'express';
import { addressIn } from '../config/network';
import type { Settings } from '../config/settings';
import { trusting } from '../config/trusted-proxies';
import { RareWarnings } from './rare-warnings';

const LONGEST_QUOTED = 60;

/**
 * From here on `request.ip` is the visitor's address as the proxies of TRUST_PROXY tell it, without the port and the zone
 * that some add. Where what they tell is no address, it is the one of the connection.
 */
export function believeProxies(app: NestExpressApplication, { TRUST_PROXY }: Settings): void {
  app.set('trust proxy', trusting(TRUST_PROXY));
  const express: Express = app.getHttpAdapter().getInstance();
  const warnings = new RareWarnings('Proxies');
  Object.defineProperty(express.request, 'ip', {
    get(this: Request): string {
      return toldAddress(this) ?? connectionOf(this, warnings);
    },
  });
}

function toldAddress(request: Request): string | undefined {
  const told: unknown = Reflect.get(expressRequest, 'ip', request);
  return typeof told === 'string' ? addressIn(told)?.toString() : undefined;
}

function connectionOf(request: Request, warnings: RareWarnings): string {
  const connection = addressIn(request.socket.remoteAddress ?? '')?.toString() ?? '';
  const told = request.get('x-forwarded-for')?.slice(0, LONGEST_QUOTED);
  if (told !== undefined && connection)
    warnings.warn(
      connection,
      `The proxy at ${connection} sends an X-Forwarded-For without an address: ${JSON.stringify(told)}. Its visitors are told apart by nothing, and limits of attempts hold for all of them together.`,
    );
  return connection;
}
