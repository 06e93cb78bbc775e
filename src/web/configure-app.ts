import type { NestExpressApplication } from '@nestjs/platform-express';
import { AccessMap } from '../access/access-map';
import { settings, type Settings } from '../config/settings';
import { sessions } from '../sessions/session';
import { Assets } from './assets';
import { believeProxies } from './believe-proxies';
import { formFaults, forms } from './body';
import { noCredentialsInUrl } from './credentials-in-url';
import { judgeEverything } from './everything-judged';
import { expectHttps } from './expect-https';
import { exceptForHealth } from './health.controller';
import { mounts } from './mounts';
import { pageLocals } from './page-locals';
import { answerProtocolErrors } from './protocol-errors';
import { requestId } from './request-id';
import { requestTarget } from './request-target';
import { compressed, securityHeaders, withHeaders } from './response-policy';
import { RunningRequests } from './running-requests';
import { sameOrigin } from './same-origin';
import type { SiteAdapter } from './site-adapter';
import { useViews } from './views';

/** The way of every request before it reaches its route, in order. The tests run this same function. */
export function configureApp(app: NestExpressApplication, site: SiteAdapter): void {
  const config = app.get<Settings>(settings.KEY);
  const headers = securityHeaders(config);
  const assets = new Assets(config);
  judgeEverything(app, site);
  site.hear(mounts.runningRequests, app.get(RunningRequests).listeners);
  answerProtocolErrors(site, headers);
  app.disable('x-powered-by');
  believeProxies(app, config);
  app.set('query parser', 'simple');
  site.mount(
    [mounts.requestId, requestId],
    [mounts.headers, withHeaders(headers)],
    [mounts.requestTarget, requestTarget],
  );
  site.mount([mounts.assets, assets.serve]);
  site.mount(
    [mounts.compression, compressed],
    [mounts.sameOrigin, sameOrigin(config)],
    [mounts.https, expectHttps(config)],
    [mounts.credentials, noCredentialsInUrl],
    [mounts.forms, forms(app.get(AccessMap))],
    [mounts.sessions, exceptForHealth(sessions(app))],
    [mounts.pageLocals, pageLocals],
    [mounts.formFaults, formFaults],
  );
  useViews(app, assets);
}
