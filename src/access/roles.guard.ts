import { Injectable, NotFoundException, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { Clock } from '../config/clock';
import { AccessMap } from './access-map';
import { decide } from './decide';
import type { Principal } from './principal';
import { refusal } from './refusals';

/** Stands before every handler. It decides nothing itself; a route without a rule is closed to everybody. */
@Injectable()
export class RolesGuard implements CanActivate {
  constructor(
    private readonly accessMap: AccessMap,
    private readonly clock: Clock,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const rule = this.accessMap.ruleOf(context.getClass(), context.getHandler() as () => unknown);
    if (!rule) throw new NotFoundException();
    const decision = decide(rule, principalOf(context.switchToHttp().getRequest<Request>()), this.clock.now());
    if (!decision.allowed) throw refusal(decision);
    return true;
  }
}

/** The person behind a request, or null for a visitor. */
export function principalOf(request: Request): Principal | null {
  return (request.user as Principal | undefined) ?? null;
}
