import { Injectable } from '@nestjs/common';
import { Clock } from '../config/clock';
import { AccessMap } from './access-map';
import { decide } from './decide';
import type { Principal } from './principal';
import type { Condition } from './rule';

/** For what is not a whole route: links to others, and the parts of a page that need a permission of their own. */
@Injectable()
export class Access {
  constructor(
    private readonly accessMap: AccessMap,
    private readonly clock: Clock,
  ) {}

  /** May this person use the route named like `GET /admin`? @throws Error for a route that does not exist */
  mayUse(routeName: string, principal: Principal | null): boolean {
    const route = this.accessMap.route(routeName);
    return route !== undefined && decide(route.rule, principal, this.clock.now()).allowed;
  }

  /** Does this person meet a condition, of a part of a page? */
  meets(condition: Condition, principal: Principal | null): boolean {
    return decide({ kind: 'all-of', conditions: [condition] }, principal, this.clock.now()).allowed;
  }
}
