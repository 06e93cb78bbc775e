import { BadRequestException } from '@nestjs/common';
import type { Request, RequestHandler } from 'express';
import type { Settings } from '../config/settings';
import { trusting } from '../config/trusted-proxies';
import { RareWarnings } from './rare-warnings';

/** The pages whose forms end in a session: its cookie is only ever sent over https. */
const SIGNING_IN = /^\/(login|register|welcome)(\/|$)/i;

/**
 * With an https APP_URL, says on the pages to sign in, and in the log, that a connection isn't seen as https, and refuses
 * their forms: they would be accepted, and nobody would be signed in.
 */
export function expectHttps(config: Settings): RequestHandler {
  const ofProxies = new RareWarnings('Proxies', 'connections of proxies that are not seen as https');
  const ofOthers = new RareWarnings('Proxies', 'connections from outside TRUST_PROXY that are not seen as https');
  const isProxy = trusting(config.TRUST_PROXY);
  return (request, response, next) => {
    if (!config.isHttps || request.secure || !SIGNING_IN.test(request.path)) return next();
    const connection = request.socket.remoteAddress ?? '';
    const warnings = isProxy(connection) ? ofProxies : ofOthers;
    warnings.warn(connection, request.ip ?? '', warningOf(request, connection, config));
    response.locals.isNotSeenAsHttps = true;
    const isForm = request.method === 'POST' && !isNoPage(request, config);
    next(
      isForm
        ? new BadRequestException('This request did not arrive over https, so you can’t be signed in.')
        : undefined,
    );
  };
}

function isNoPage({ path }: Request, { REGISTRATION }: Settings): boolean {
  return REGISTRATION === 'closed' && /^\/register/i.test(path);
}

function warningOf(request: Request, connection: string, { APP_URL, TRUST_PROXY }: Settings): string {
  const protocol = JSON.stringify(request.get('x-forwarded-proto')?.slice(0, 20) ?? null);
  const why = trusting(TRUST_PROXY)(connection)
    ? `It is in TRUST_PROXY, and has to send X-Forwarded-Proto: https, but sends ${protocol === 'null' ? 'none' : protocol}.`
    : 'It is not in TRUST_PROXY, so its X-Forwarded-Proto is not believed.';
  return `Nobody can sign in from ${connection}: APP_URL is ${APP_URL}, but the connection is not seen as https, and the secure cookie can't be sent. ${why}`;
}
