import {
  Catch,
  ForbiddenException,
  HttpStatus,
  Logger,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import { AccessForbidden } from '../access/refusals';
import { principalOf } from '../access/roles.guard';
import { SignInEvents } from '../audit/sign-in-events';
import { answer } from './answer';

/** Turns every refusal into the "Access forbidden" page, status 403, which says what is missing. */
@Catch(ForbiddenException)
export class ForbiddenFilter implements ExceptionFilter<ForbiddenException> {
  private readonly logger = new Logger('Access');

  constructor(private readonly events: SignInEvents) {}

  async catch(exception: ForbiddenException, host: ArgumentsHost): Promise<void> {
    const [request, response] = [
      host.switchToHttp().getRequest<Request>(),
      host.switchToHttp().getResponse<Response>(),
    ];
    const user = principalOf(request);
    this.logger.warn({
      event: 'forbidden',
      user: user?.id ?? 'visitor',
      route: `${request.method} ${request.path}`,
      ip: request.ip,
      requestId: request.requestId,
    });
    await this.events.record({ kind: 'forbidden', userId: user?.id, ip: request.ip ?? '', route: routeOf(request) });
    const isByRule = exception instanceof AccessForbidden;
    answer(request, response, {
      status: HttpStatus.FORBIDDEN,
      detail: exception.message,
      view: 'errors/forbidden',
      model: { sentence: exception.message, isByRule },
    });
  }
}

/** As it is declared, not as it was asked for: a stranger can't make up one after the other. */
function routeOf(request: Request): string | undefined {
  const route = request.route as { path: string } | undefined;
  return route && `${request.method} ${route.path}`;
}
