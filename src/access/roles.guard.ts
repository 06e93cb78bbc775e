import { Injectable, NotFoundException, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { refusal } from './access-exceptions';
import { AccessMap } from './access-map';
import { Access } from './access.service';
import { principalOf } from './current-user';
import { keepFound, wantedBy } from './found';

/** Stands before every handler. It decides nothing itself; a route without a rule is closed to everybody. */
@Injectable()
export class RolesGuard implements CanActivate {
  constructor(
    private readonly accessMap: AccessMap,
    private readonly access: Access,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const handler = context.getHandler() as () => unknown;
    const rule = this.accessMap.ruleOf(context.getClass(), handler);
    if (!rule) throw new NotFoundException();
    const request = context.switchToHttp().getRequest<Request>();
    const wanted = wantedBy(handler);
    const { decision, records } = await this.access.admit(rule, principalOf(request), request.params, wanted);
    if (!decision.allowed) throw refusal(decision);
    keepFound(request, records);
    return true;
  }
}
