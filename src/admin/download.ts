import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';

/** Sends lines as a file, as fast as they are taken, so that any number fits in memory. */
export async function download(response: Response, type: string, name: string, lines: AsyncIterable<string>) {
  response.type(type);
  response.attachment(name);
  try {
    await pipeline(Readable.from(lines), response);
  } catch (error) {
    if (!hasGone(error)) throw error;
  }
}

/** Whether who asked did not wait for the end. */
function hasGone(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ERR_STREAM_PREMATURE_CLOSE';
}
