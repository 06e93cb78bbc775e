import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Logger } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';

/** What still runs after this long is cut off: whoever sent the signal waits no longer than 10 s. */
const PATIENCE_MS = 8_000;

const logger = new Logger('Site');

/** On SIGTERM or SIGINT: no new connection, what runs is finished, the database is closed, exit 0. */
export function endGracefully(app: NestExpressApplication): void {
  const running = runningRequests(app.getHttpServer());
  let isEnding = false;
  const end = () => {
    if (isEnding) return;
    isEnding = true;
    void close(app, running);
  };
  process.on('SIGTERM', end).on('SIGINT', end);
}

/** A fault that nothing caught leaves a process nobody can vouch for: it says so in its log and ends, exit 1. */
export function endOnFault(): void {
  process.on('uncaughtException', (error) => {
    logger.error('Ending at once because of a fault that nothing caught.', error.stack);
    process.exit(1);
  });
}

async function close(app: NestExpressApplication, running: ReadonlyMap<Socket, number>): Promise<void> {
  logger.log('Ending: finishing what runs.');
  const server = app.getHttpServer();
  // A connection whose request was the last it may send is not kept for another.
  server.keepAliveTimeout = 1;
  setTimeout(() => server.closeAllConnections(), PATIENCE_MS).unref();
  setTimeout(() => process.exit(1), PATIENCE_MS + 1_500).unref();
  try {
    const closed = app.close();
    // Browsers open connections in advance. Node doesn't count one as idle before its first request, or within a head.
    for (const [connection, requests] of running) if (requests === 0) connection.destroy();
    await closed;
    process.exit(0);
  } catch (error) {
    logger.error(error);
    process.exit(1);
  }
}

/** How many requests run on each connection that is open, at any time: those whose head is there, and not all of the answer. */
function runningRequests(server: Server): ReadonlyMap<Socket, number> {
  const running = new Map<Socket, number>();
  const count = (connection: Socket, more: number) => {
    const requests = running.get(connection);
    if (requests !== undefined) running.set(connection, requests + more);
  };
  server.on('connection', (connection: Socket) => {
    running.set(connection, 0);
    connection.once('close', () => running.delete(connection));
  });
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    count(socket, 1);
    response.once('close', () => count(socket, -1));
  });
  return running;
}
