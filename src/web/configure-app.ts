import type { NestExpressApplication } from '@nestjs/platform-express';
import { sessions } from '../auth/session';
import { settings, type Settings } from '../config/settings';
import { Assets, assetPaths } from './assets';
import { believeProxies } from './believe-proxies';
import { formFaults, forms } from './body';
import { noCredentialsInUrl } from './credentials-in-url';
import { expectHttps } from './expect-https';
import { exceptForHealth } from './health.controller';
import { inTurn } from './in-turn';
import { pageLocals } from './page-locals';
import { answerProtocolErrors } from './protocol-errors';
import { requestId } from './request-id';
import { requestTarget } from './request-target';
import { compressed, securityHeaders, withHeaders } from './response-policy';
import { sameOrigin } from './same-origin';
import { useViews } from './views';

/** The way of every request before it reaches its route, in order. The tests run this same function. */
export function configureApp(app: NestExpressApplication): void {
  const config = app.get<Settings>(settings.KEY);
  const headers = securityHeaders(config);
  const assets = new Assets(config);
  answerProtocolErrors(app.getHttpServer(), headers);
  app.disable('x-powered-by');
  believeProxies(app, config);
  app.set('query parser', 'simple');
  app.use(inTurn([requestId, withHeaders(headers), requestTarget]));
  app.use(assetPaths, assets.serve);
  app.use(
    inTurn([
      compressed,
      sameOrigin(config),
      expectHttps(config),
      noCredentialsInUrl,
      forms,
      exceptForHealth(sessions(app)),
      pageLocals,
      formFaults,
    ]),
  );
  useViews(app, assets);
}
