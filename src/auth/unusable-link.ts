import type { Request } from 'express';
import { originOf } from '../access/origin';
import type { SignInEvents } from '../audit/sign-in-events';
import { LinkEnded } from '../users/user-errors';

/** Records where somebody comes with a link that can't be used, whatever is wrong with it. */
export async function recordingUnusable<T>(events: SignInEvents, request: Request, use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (error) {
    const { ip, requestId } = originOf(request);
    if (error instanceof LinkEnded) await events.record({ kind: 'unusable link', ip }, { requestId });
    throw error;
  }
}
