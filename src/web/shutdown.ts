import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { Logger } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';

/** What still runs after this long is cut off: whoever sent the signal waits no longer than 10 s. */
const PATIENCE_MS = 8_000;

const logger = new Logger('Site');

/** On SIGTERM or SIGINT: no new connection, what runs is finished, the database is closed, exit 0. */
export function endGracefully(app: NestExpressApplication): void {
  const connections = connectionsOf(app.getHttpServer());
  let isEnding = false;
  const end = () => {
    if (isEnding) return;
    isEnding = true;
    void close(app, connections);
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

async function close(app: NestExpressApplication, connections: ReadonlySet<Socket>): Promise<void> {
  logger.log('Ending: finishing what runs.');
  const server = app.getHttpServer();
  // A connection whose request was the last it may send is not kept for another.
  server.keepAliveTimeout = 1;
  setTimeout(() => server.closeAllConnections(), PATIENCE_MS).unref();
  setTimeout(() => process.exit(1), PATIENCE_MS + 1_500).unref();
  try {
    const closed = app.close();
    // Browsers open connections in advance; Node doesn't count one as idle before its first request.
    for (const connection of connections) if (connection.bytesRead === 0) connection.destroy();
    await closed;
    process.exit(0);
  } catch (error) {
    logger.error(error);
    process.exit(1);
  }
}

/** The connections that are open, as they are at any time. */
function connectionsOf(server: Server): ReadonlySet<Socket> {
  const connections = new Set<Socket>();
  server.on('connection', (connection: Socket) => {
    connections.add(connection);
    connection.once('close', () => connections.delete(connection));
  });
  return connections;
}
