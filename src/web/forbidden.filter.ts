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
import { answer } from './answer';

/** Turns every refusal into the "Access forbidden" page, status 403, which says what is missing. */
@Catch(ForbiddenException)
export class ForbiddenFilter implements ExceptionFilter<ForbiddenException> {
  private readonly logger = new Logger('Access');

  catch(exception: ForbiddenException, host: ArgumentsHost): void {
    const [request, response] = [
      host.switchToHttp().getRequest<Request>(),
      host.switchToHttp().getResponse<Response>(),
    ];
    this.logger.warn({
      event: 'forbidden',
      user: principalOf(request)?.id ?? 'visitor',
      route: `${request.method} ${request.path}`,
      ip: request.ip,
      requestId: request.requestId,
    });
    const isByRule = exception instanceof AccessForbidden;
    answer(request, response, {
      status: HttpStatus.FORBIDDEN,
      detail: exception.message,
      view: 'errors/forbidden',
      model: { sentence: exception.message, isByRule },
    });
  }
}
