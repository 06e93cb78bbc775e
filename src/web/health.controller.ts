import {
  Catch,
  Controller,
  Get,
  ServiceUnavailableException,
  UseFilters,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import { HealthCheck, HealthCheckService, HealthIndicatorService, type HealthCheckResult } from '@nestjs/terminus';
import type { RequestHandler, Response } from 'express';
import { Area, OpensBeforeSecondFactor, Public, Title } from '../access/decorators';
import { Database } from '../database/database';

/** A failed check is an answer for programs, never a page. */
@Catch(ServiceUnavailableException)
class UnhealthyFilter implements ExceptionFilter<ServiceUnavailableException> {
  catch(exception: ServiceUnavailableException, host: ArgumentsHost): void {
    host.switchToHttp().getResponse<Response>().status(exception.getStatus()).json(exception.getResponse());
  }
}

/** Whether the process answers may not depend on a session that can be read, whatever cookie is sent along. */
export function exceptForHealth(handler: RequestHandler): RequestHandler {
  return (request, response, next) =>
    /^\/health\/(live|ready)\/?$/i.test(request.path) ? next() : handler(request, response, next);
}

@Controller('health')
@OpensBeforeSecondFactor()
@Area('Health')
@Public()
@UseFilters(UnhealthyFilter)
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly database: Database,
  ) {}

  /** The process answers. */
  @Get('live')
  @Title('Check that the site answers')
  @HealthCheck()
  async live(): Promise<HealthCheckResult> {
    return this.health.check([]);
  }

  /** It can do its work: the database answers and has every migration. */
  @Get('ready')
  @Title('Check that the site can do its work')
  @HealthCheck()
  async ready(): Promise<HealthCheckResult> {
    return this.health.check([() => this.databaseIsUpToDate()]);
  }

  private async databaseIsUpToDate() {
    const indicator = this.indicators.check('database');
    const state = await this.database.isUpToDate().then(
      (isUpToDate) => (isUpToDate ? null : 'not up to date'),
      () => 'unreachable',
    );
    return state ? indicator.down(state) : indicator.up();
  }
}
