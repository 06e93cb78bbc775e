import type { RequestHandler } from 'express';

/**
 * One handler of several, each after the one before it. Express would compare the address with a pattern anew before each
 * of them, which every request would pay for. None of them may be `async`: Express waits for those it knows.
 */
export function inTurn(handlers: readonly RequestHandler[]): RequestHandler {
  return (request, response, next) => {
    let turn = 0;
    const go = (error?: unknown): void => {
      // As for Express, null is no error.
      const handler = (error ?? null) === null ? handlers[turn++] : undefined;
      if (handler) void handler(request, response, go);
      else next(error);
    };
    go();
  };
}
