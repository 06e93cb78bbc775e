import { Injectable, NotFoundException, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { refusal, SecondFactorFirst } from './access-exceptions';
import { AccessMap } from './access-map';
import { Access } from './access.service';
import { principalOf } from './current-user';
import { keepFound, wantedBy } from './found';
import type { Principal } from './principal';
import { opensBeforeSecondFactor, RequiredFactor } from './required-factor';

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
    if (!decision.allowed) throw refusal(decision);
    this.ensureSecondFactor(context, principalOf(request));
    keepFound(request, records);
    return true;
  }

  private ensureSecondFactor(context: ExecutionContext, principal: Principal | null): void {
    if (!principal || opensBeforeSecondFactor(context.getClass(), context.getHandler())) return;
    if (this.requiredFactor.isMissingFor(principal)) throw new SecondFactorFirst();
  }
}
