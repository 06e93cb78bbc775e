import { Injectable, NotFoundException, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { refusal } from './access-errors';
import { AccessMap } from './access-map';
import { Access } from './access.service';
import { principalOf } from './current-user';
import { opensBeforeSecondFactor } from './decorators';
import { keepFound, wantedBy } from './found';
import { RequiredFactor } from './required-factor';

/** Stands before every handler. It decides nothing itself; a route without a rule is closed to everybody. */
@Injectable()
export class RolesGuard implements CanActivate {
  constructor(
    private readonly accessMap: AccessMap,
    private readonly access: Access,
    private readonly requiredFactor: RequiredFactor,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const handler = context.getHandler() as () => unknown;
    const rule = this.accessMap.ruleOf(context.getClass(), handler);
    if (!rule) throw new NotFoundException();
    const request = context.switchToHttp().getRequest<Request>();
    const wanted = wantedBy(handler);
    const { decision, records } = await this.access.admit(rule, principalOf(request), request.params, wanted);
    const route = { opensBeforeSecondFactor: opensBeforeSecondFactor(context.getClass(), handler) };
    const admission = this.requiredFactor.admission(decision, route, principalOf(request));
    if (!admission.allowed) throw refusal(admission);
    keepFound(request, records);
    return true;
  }
}
