import { Injectable, NotFoundException, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { AccessMap } from './access-map';
import { Access } from './access.service';
import type { Principal } from './principal';
import { refusal } from './refusals';

/** Stands before every handler. It decides nothing itself; a route without a rule is closed to everybody. */
@Injectable()
export class RolesGuard implements CanActivate {
  constructor(
    private readonly accessMap: AccessMap,
    private readonly access: Access,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const rule = this.accessMap.ruleOf(context.getClass(), context.getHandler() as () => unknown);
    if (!rule) throw new NotFoundException();
    const request = context.switchToHttp().getRequest<Request>();
    const decision = await this.access.decide(rule, principalOf(request), request.params);
    if (!decision.allowed) throw refusal(decision);
    return true;
  }
}

/** The person behind a request, or null for a visitor. */
export function principalOf(request: Request): Principal | null {
  return (request.user as Principal | undefined) ?? null;
}
