import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { SiteModule } from './app.module';
import { readSettings } from './config/settings';
import { checkFeatures, pagesOf } from './feature';
import { features } from './registered-features';
import { configureApp } from './web/configure-app';
import { keepConnections } from './web/connections';
import { siteLogger } from './web/logging';
import { SiteAdapter } from './web/site-adapter';

/**
 * The web application as it is served and as it is tested; the caller lets it listen, which seeds it.
 *
 * @param added modules beside those of the features
 */
export async function createSite(...added: Type[]): Promise<NestExpressApplication> {
  checkFeatures(features);
  const site = new SiteAdapter();
  const root = { module: SiteModule, imports: [...pagesOf(features), ...added] };
  const app = await NestFactory.create<NestExpressApplication>(root, site, {
    bodyParser: false,
    abortOnError: false,
    logger: siteLogger(readSettings(process.env)),
  });
  configureApp(app, site);
  keepConnections(app);
  return app;
}
