import { STATUS_CODES } from 'node:http';
import { Logger } from '@nestjs/common';
import type { Request, Response } from 'express';
import { errorInLog } from './request-in-log';

interface Answer {
  status: number;
  /** For programs: what happened, and what to do. */
  detail: string;
  /** For people: the page that says it. */
  view: string;
  model: object;
  /** Further members of the problem document. */
  problem?: object;
}

const logger = new Logger('Answer');

/** Whether the other side is a program that asked for JSON rather than a page. */
export function wantsJson(request: Request): boolean {
  return request.accepts(['html', 'json']) === 'json';
}

/** Answers a request that was not fulfilled: a page for people, RFC 9457 `application/problem+json` for programs. */
export function answer(request: Request, response: Response, { status, detail, view, model, problem }: Answer): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.status(status);
  response.vary('Accept');
  if (wantsJson(request)) {
    response
      .type('application/problem+json')
      .send(JSON.stringify({ type: 'about:blank', title: STATUS_CODES[status], status, detail, ...problem }));
    return;
  }
  response.render(view, model, (error: Error | null, html?: string) => {
    if (!error) return void response.send(html);
    const cause = errorInLog(request, error);
    logger.error({ event: 'page not rendered', view, requestId: request.requestId, error: cause });
    const sentence = `Something went wrong. Request ${request.requestId}`;
    // Express knows it from the same NODE_ENV as the settings.
    const isDevelopment = request.app.get('env') === 'development';
    response
      .status(500)
      .type('text/plain')
      .send(isDevelopment ? `${sentence}\n\nThe page ${view} could not be made:\n${cause}` : sentence);
  });
}
