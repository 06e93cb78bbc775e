import type { NestExpressApplication } from '@nestjs/platform-express';
import { sessions } from '../auth/session';
import { settings, type Settings } from '../config/settings';
import { formFaults, forms } from './body';
import { noCredentialsInUrl } from './credentials-in-url';
import { pageLocals } from './page-locals';
import { requestId } from './request-id';
import { requestTarget } from './request-target';
import { sameOrigin } from './same-origin';
import { securityHeaders } from './security-headers';
import { assetFolders, useViews } from './views';

/** The way of every request before it reaches its route, in order. The tests run this same function. */
export function configureApp(app: NestExpressApplication): void {
  const config = app.get<Settings>(settings.KEY);
  app.disable('x-powered-by');
  app.set('trust proxy', config.TRUST_PROXY);
  app.set('query parser', 'simple');
  app.use(requestId);
  app.use(securityHeaders(config));
  for (const [prefix, folder] of Object.entries(assetFolders)) {
    app.useStaticAssets(folder, { prefix, index: false, redirect: false, immutable: true, maxAge: '365d' });
  }
  app.use(requestTarget);
  app.use(sameOrigin(config));
  app.use(noCredentialsInUrl);
  app.use(forms);
  app.use(sessions(app));
  app.use(pageLocals);
  app.use(formFaults);
  useViews(app);
}
