import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { principalOf } from '../access/current-user';
import { DomainError } from '../database/errors';

/** In bytes, of all forms with a file that are on their way, or in use, at once. */
const ROOM = 64 * 1024 * 1024;

/** Too much is being sent already, by them or by all, so this was not read. */
export class UploadsBusy extends DomainError {
  override readonly status = 503;
}

/** Bounds the memory that files take while they are sent and used, and what one person has of it: one form at a time. */
@Injectable()
export class UploadRoom {
  private left = ROOM;
  private readonly senders = new Set<number>();

  /** Until it is answered. @throws UploadsBusy */
  take(request: Request, response: Response, size: number): void {
    const sender = principalOf(request)?.id ?? 0;
    if (size > this.left || this.senders.has(sender)) {
      response.setHeader('Retry-After', 10);
      throw new UploadsBusy(
        this.senders.has(sender)
          ? 'Another file of yours is still being sent. Wait until it is there, then send this one.'
          : 'Too many files are being sent at this moment. Try again in a few seconds.',
      );
    }
    this.left -= size;
    this.senders.add(sender);
    response.once('close', () => {
      this.left += size;
      this.senders.delete(sender);
    });
  }
}
