import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { SiteModule } from './app.module';
import { readSettings } from './config/settings';
import { configureApp } from './web/configure-app';
import { keepConnections } from './web/connections';
import { siteLogger } from './web/logging';
import { SiteAdapter } from './web/site-adapter';

/** The web application as it is served and as it is tested; the caller lets it listen, which seeds it. */
export async function createSite(root: Type = SiteModule): Promise<NestExpressApplication> {
  const site = new SiteAdapter();
  const app = await NestFactory.create<NestExpressApplication>(root, site, {
    bodyParser: false,
    abortOnError: false,
    logger: siteLogger(readSettings(process.env)),
  });
  configureApp(app, site);
  keepConnections(app);
  return app;
}
