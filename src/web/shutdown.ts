import { Logger } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { traceOf } from '../trace';
import { RunningRequests } from './running-requests';

/** What still runs after this long is cut off: whoever sent the signal waits no longer than 10 s. */
const PATIENCE_MS = 8_000;

const logger = new Logger('Site');

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

/** A fault that nothing caught leaves a process nobody can vouch for: it says so in its log and ends, exit 1. */
export function endOnFault(): void {
  process.on('uncaughtException', (error) => {
    logger.error('Ending at once because of a fault that nothing caught.', traceOf(error));
    process.exit(1);
  });
}

async function close(app: NestExpressApplication): Promise<void> {
  logger.log('Ending: finishing what runs.');
  const server = app.getHttpServer();
  const running = app.get(RunningRequests);
  // A connection whose request was the last it may send is not kept for another.
  server.keepAliveTimeout = 1;
  setTimeout(() => server.closeAllConnections(), PATIENCE_MS).unref();
  setTimeout(() => process.exit(1), PATIENCE_MS + 1_500).unref();
  try {
    server.close();
    running.destroyIdle();
    await running.finish(PATIENCE_MS);
    await app.close();
    process.exit(0);
  } catch (error) {
    logger.error(error);
    process.exit(1);
  }
}
