import {
  Catch,
  HttpException,
  HttpStatus,
  Inject,
  Logger,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import { AlreadySignedIn, ProveAgain, SecondFactorFirst, SignInFirst } from '../access/access-errors';
import { AccessMap } from '../access/access-map';
import { TooManyAttempts } from '../auth/attempt-counter';
import { interrupted } from '../auth/interrupted-form';
import { settings, type Settings } from '../config/settings';
import { HashingBusy } from '../credentials/hashing-queue';
import { DatabaseUnavailable, DomainError } from '../database/errors';
import { RejectedForm } from '../forms/form';
import { isTooLong, sitePath } from '../forms/site-path';
import { answer, wantsJson } from './answer';
import { Outage } from './outage';
import { errorInLog, routeInLog } from './request-in-log';

/** Turns everything thrown into an answer: a page, a form shown again, or a redirect. Nothing of ours is told to strangers. */
@Catch()
export class ErrorsFilter implements ExceptionFilter {
  private readonly logger = new Logger('Errors');

  constructor(
    private readonly accessMap: AccessMap,
    private readonly outage: Outage,
    @Inject(settings.KEY) private readonly settings: Settings,
  ) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const [request, response] = [
      host.switchToHttp().getRequest<Request>(),
      host.switchToHttp().getResponse<Response>(),
    ];
    if (exception instanceof SignInFirst && !wantsJson(request))
      return response.redirect(HttpStatus.SEE_OTHER, exception.comesBack ? signInAddress(request) : '/login');
    if (exception instanceof AlreadySignedIn && !wantsJson(request))
      return response.redirect(HttpStatus.SEE_OTHER, nextOf(request));
    if (exception instanceof SecondFactorFirst && !wantsJson(request))
      return response.redirect(HttpStatus.SEE_OTHER, '/account/two-factor');
    if (exception instanceof ProveAgain && !wantsJson(request)) return askForProof(exception, request, response);
    if (exception instanceof RejectedForm) return this.showAgain(exception, request, response);
    if (exception instanceof TooManyAttempts || exception instanceof HashingBusy)
      response.setHeader('Retry-After', exception.retryAfterSeconds);
    if (exception instanceof DatabaseUnavailable) return this.putOff(exception, request, response);
    const status = statusOf(exception);
    if (status >= 500 && !(exception instanceof DomainError)) return this.fail(exception, request, response);
    const detail =
      exception instanceof HttpException || exception instanceof DomainError
        ? exception.message
        : 'The request could not be understood.';
    answer(request, response, { status, detail, ...pageOf(status, detail) });
  }

  private showAgain(rejected: RejectedForm, request: Request, response: Response): void {
    const { view, model, message } = rejected;
    answer(request, response, {
      status: rejected.getStatus(),
      detail: message,
      view,
      model,
      problem: { errors: model.errors },
    });
  }

  /** Nothing of ours is wrong, and the same request may succeed in a moment. */
  private putOff(exception: DatabaseUnavailable, request: Request, response: Response): void {
    this.outage.refuse(exception, { route: routeInLog(this.accessMap, request), requestId: request.requestId });
    response.setHeader('Retry-After', exception.retryAfterSeconds);
    const sentence = "The site can't use its database just now. Nothing is wrong on your side: try again in a moment.";
    answer(request, response, { status: 503, detail: sentence, view: 'errors/unavailable', model: { sentence } });
  }

  /** What only those who are building the site may see. */
  private inDevelopment<Details extends object>(details: Details): Details | Record<string, never> {
    return this.settings.NODE_ENV === 'development' ? details : {};
  }

  private fail(exception: unknown, request: Request, response: Response): void {
    const { requestId } = request;
    const [route, error] = [routeInLog(this.accessMap, request), errorInLog(request, exception)];
    this.logger.error({ event: 'request failed', route, requestId, error });
    answer(request, response, {
      status: HttpStatus.INTERNAL_SERVER_ERROR,
      detail: 'Something went wrong on our side.',
      view: 'errors/failure',
      model: { requestId, ...this.inDevelopment({ route, error }) },
      problem: { requestId, ...this.inDevelopment({ route, error }) },
    });
  }
}

/** A page is shown after the proof; a form that was sent is sent on then. */
function askForProof(exception: ProveAgain, request: Request, response: Response): void {
  const { method, originalUrl } = request;
  if (method === 'GET' && !isTooLong(originalUrl))
    return response.redirect(HttpStatus.SEE_OTHER, `/verify?next=${encodeURIComponent(originalUrl)}`);
  answer(request, response, {
    status: exception.getStatus(),
    detail: exception.message,
    view: 'auth/verify',
    model: interrupted(request),
  });
}

function signInAddress(request: Request): string {
  const { method, originalUrl } = request;
  return method === 'GET' && !isTooLong(originalUrl) ? `/login?next=${encodeURIComponent(originalUrl)}` : '/login';
}

function nextOf(request: Request): string {
  const body = request.body as { next?: unknown } | undefined;
  return sitePath(body?.next ?? request.query.next);
}

/** Also of what the body parser and the router throw; an error without a status is ours. */
function statusOf(exception: unknown): number {
  if (exception instanceof HttpException) return exception.getStatus();
  if (exception instanceof DomainError) return exception.status;
  const status: unknown = exception instanceof Error ? Reflect.get(exception, 'status') : undefined;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500;
}

function pageOf(status: number, detail: string): { view: string; model: object } {
  if (status === 404) return { view: 'errors/not-found', model: {} };
  if (status === 410) return { view: 'errors/ended', model: { sentence: detail } };
  if (status === 429) return { view: 'errors/too-many-attempts', model: { sentence: detail } };
  if (status === 503) return { view: 'errors/busy', model: { sentence: detail } };
  return { view: 'errors/refused', model: { sentence: detail } };
}
