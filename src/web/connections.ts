import type { NestExpressApplication } from '@nestjs/platform-express';
import { settings, type Settings } from '../config/settings';

/** So much longer than an idle connection stays open may the headers of a request take, and no less than Node's own minute. */
const MARGIN_MS = 5_000;
const LEAST_FOR_HEADERS_MS = 60_000;

/**
 * Keeps idle connections for longer than the balancer before us does: one that we close just as it sends a request on it
 * is a failure to whoever asked.
 */
export function keepConnections(app: NestExpressApplication): void {
  const { KEEP_ALIVE_SECONDS } = app.get<Settings>(settings.KEY);
  const server = app.getHttpServer();
  server.keepAliveTimeout = KEEP_ALIVE_SECONDS * 1000;
  server.headersTimeout = Math.max(LEAST_FOR_HEADERS_MS, server.keepAliveTimeout + MARGIN_MS);
  server.requestTimeout = Math.max(server.requestTimeout, server.headersTimeout);
}
