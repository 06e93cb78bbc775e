import { Logger } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';

/** What still runs after this long is cut off: whoever sent the signal waits no longer than 10 s. */
const PATIENCE_MS = 8_000;

/** On SIGTERM or SIGINT: no new connection, what runs is finished, the database is closed, exit 0. */
export function endGracefully(app: NestExpressApplication): void {
  let isEnding = false;
  const end = () => {
    if (isEnding) return;
    isEnding = true;
    void close(app);
  };
  process.on('SIGTERM', end).on('SIGINT', end);
}

async function close(app: NestExpressApplication): Promise<void> {
  const logger = new Logger('Site');
  logger.log('Ending: finishing what runs.');
  const server = app.getHttpServer();
  // A connection whose request was the last it may send is not kept for another.
  server.keepAliveTimeout = 1;
  setTimeout(() => server.closeAllConnections(), PATIENCE_MS).unref();
  setTimeout(() => process.exit(1), PATIENCE_MS + 1_500).unref();
  try {
    await app.close();
    process.exit(0);
  } catch (error) {
    logger.error(error);
    process.exit(1);
  }
}
