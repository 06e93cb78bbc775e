import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { traceOf } from '../trace';

/** What still runs after this long is cut off: whoever sent the signal waits no longer than 10 s. */
const PATIENCE_MS = 8_000;
const LOOKED_AFTER_MS = 20;

const logger = new Logger('Site');

/** On SIGTERM or SIGINT: no new connection, what runs is finished, the database is closed, exit 0. */
export function endGracefully(app: NestExpressApplication): void {
  const running = new Running(app.getHttpServer());
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
    logger.error('Ending at once because of a fault that nothing caught.', traceOf(error));
    process.exit(1);
  });
}

async function close(app: NestExpressApplication, running: Running): Promise<void> {
  logger.log('Ending: finishing what runs.');
  const server = app.getHttpServer();
  // A connection whose request was the last it may send is not kept for another.
  server.keepAliveTimeout = 1;
  setTimeout(() => server.closeAllConnections(), PATIENCE_MS).unref();
  setTimeout(() => process.exit(1), PATIENCE_MS + 1_500).unref();
  try {
    server.close();
    running.destroyIdle();
    await running.finish();
    await app.close();
    process.exit(0);
  } catch (error) {
    logger.error(error);
    process.exit(1);
  }
}

/** What a server is at work on, at any time. */
class Running {
  /** How many requests run on each connection that is open: those whose head is there, and not all of the answer. */
  private readonly connections = new Map<Socket, number>();
  /** The answers for which nobody waits any more, though what was asked may still be under way. */
  private readonly abandoned = new Set<ServerResponse>();

  constructor(server: Server) {
    server.on('connection', (connection: Socket) => {
      this.connections.set(connection, 0);
      connection.once('close', () => this.connections.delete(connection));
    });
    server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
      this.count(socket, 1);
      response.once('close', () => {
        this.count(socket, -1);
        if (!isAnswered(response)) this.abandon(response);
      });
    });
  }

  /** Browsers open connections in advance. Node doesn't count one as idle before its first request, or within a head. */
  destroyIdle(): void {
    for (const [connection, requests] of this.connections) if (requests === 0) connection.destroy();
  }

  /** Waits for it, as long as there is patience. What needs the database would fail once that is closed. */
  async finish(): Promise<void> {
    const latest = performance.now() + PATIENCE_MS;
    while (this.isBusy && performance.now() < latest) await pause(LOOKED_AFTER_MS);
  }

  private get isBusy(): boolean {
    this.forgetAnswered();
    return this.connections.size > 0 || this.abandoned.size > 0;
  }

  private count(connection: Socket, more: number): void {
    const requests = this.connections.get(connection);
    if (requests !== undefined) this.connections.set(connection, requests + more);
  }

  private abandon(response: ServerResponse): void {
    this.forgetAnswered();
    this.abandoned.add(response);
  }

  private forgetAnswered(): void {
    for (const response of this.abandoned) if (isAnswered(response)) this.abandoned.delete(response);
  }
}

/** Whether the answer was given, also where nobody was there to take it. */
function isAnswered({ headersSent, writableEnded }: ServerResponse): boolean {
  return headersSent || writableEnded;
}
