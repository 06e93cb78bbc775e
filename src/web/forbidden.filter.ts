import {
  Catch,
  ForbiddenException,
  HttpStatus,
  Logger,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import { AccessForbidden } from '../access/access-errors';
import { AccessMap } from '../access/access-map';
import { principalOf } from '../access/current-user';
import { nameOf } from '../access/entries';
import type { Principal } from '../access/principal';
import { SignInEvents } from '../audit/sign-in-events';
import { askHref } from '../requests/ask-address';
import { AccessRequests } from '../requests/access-requests.service';
import { NothingToAskFor } from '../requests/request-errors';
import { answer, wantsJson } from './answer';
import { routeInLog } from './request-in-log';
import { ForeignForm } from './same-origin';

/** Turns every refusal into the "Access forbidden" page, status 403, which says what is missing. */
@Catch(ForbiddenException)
export class ForbiddenFilter implements ExceptionFilter<ForbiddenException> {
  private readonly logger = new Logger('Access');

  constructor(
    private readonly accessMap: AccessMap,
    private readonly events: SignInEvents,
    private readonly requests: AccessRequests,
  ) {}

  async catch(exception: ForbiddenException, host: ArgumentsHost): Promise<void> {
    const [request, response] = [
      host.switchToHttp().getRequest<Request>(),
      host.switchToHttp().getResponse<Response>(),
    ];
    const user = principalOf(request);
    await this.events.record(
      {
        kind: exception instanceof ForeignForm ? 'foreign form' : 'forbidden',
        userId: user?.id,
        ip: request.ip ?? '',
        route: routeInLog(this.accessMap, request),
      },
      { requestId: request.requestId },
    );
    const isByRule = exception instanceof AccessForbidden;
    const route = isByRule ? this.accessMap.match(request.method, request.path) : undefined;
    const asking = user && route && !wantsJson(request) ? await this.askingFor(user, nameOf(route)) : null;
    answer(request, response, {
      status: HttpStatus.FORBIDDEN,
      detail: exception.message,
      view: 'errors/forbidden',
      model: { sentence: exception.message, isByRule, route: route && nameOf(route), ...asking },
    });
  }

  /** Where they can ask for access, and what became of their asking; a page that can't tell is shown all the same. */
  private async askingFor(user: Principal, route: string): Promise<object | null> {
    try {
      const latest = await this.requests.latest(user.id, this.requests.askable(user, route));
      return { ask: latest?.state === 'open' ? null : askHref(route), latest };
    } catch (error) {
      if (!(error instanceof NothingToAskFor)) this.logger.error({ event: 'requests not read', error: String(error) });
      return null;
    }
  }
}
