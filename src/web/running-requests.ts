import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';

const LOOKED_AFTER_MS = 20;

/** What the server is at work on, at any time. */
@Injectable()
export class RunningRequests {
  /** How many requests run on each connection that is open: those whose head is there, and not all of the answer. */
  private readonly connections = new Map<Socket, number>();
  /** The answers for which nobody waits any more, though what was asked may still be under way. */
  private readonly abandoned = new Set<ServerResponse>();

  /** What hears of it on the server. */
  readonly listeners = {
    connection: (connection: Socket) => {
      this.connections.set(connection, 0);
      connection.once('close', () => this.connections.delete(connection));
    },
    request: ({ socket }: IncomingMessage, response: ServerResponse) => {
      this.count(socket, 1);
      response.once('close', () => {
        this.count(socket, -1);
        if (!isAnswered(response)) this.abandon(response);
      });
    },
  };

  /** Browsers open connections in advance. Node doesn't count one as idle before its first request, or within a head. */
  destroyIdle(): void {
    for (const [connection, requests] of this.connections) if (requests === 0) connection.destroy();
  }

  /** Waits for it, as long as there is patience. What needs the database would fail once that is closed. */
  async finish(patienceMs: number): Promise<void> {
    const latest = performance.now() + patienceMs;
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
