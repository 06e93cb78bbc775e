import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../config/clock';
import { settings, type Settings } from '../config/settings';
import { AccessMap } from './access-map';
import { decide, type Admission, type Decision } from './decide';
import type { Principal } from './principal';
import type { Route } from './route';

type OpensBefore = Pick<Route, 'opensBeforeSecondFactor'>;

/** REQUIRE_SECOND_FACTOR: who must have a second factor. Whoever can open the administration is asked of its own rule. */
@Injectable()
export class RequiredFactor {
  constructor(
    private readonly accessMap: AccessMap,
    private readonly clock: Clock,
    @Inject(settings.KEY) private readonly settings: Settings,
  ) {}

  /** What comes of a decision about this route. Rights come first: who would be refused anyway is told so. */
  admission(decision: Decision, route: OpensBefore, principal: Principal | null): Admission {
    const mayPass = decision.allowed || decision.refusal === 'depends';
    if (!mayPass || !principal || !this.standsBefore(route, principal)) return decision;
    return { allowed: false, refusal: 'second-factor-first', missing: [], then: decision };
  }

  /** Whether the route opens to this person only once they have set up a second factor. */
  standsBefore({ opensBeforeSecondFactor }: OpensBefore, principal: Principal): boolean {
    return !opensBeforeSecondFactor && this.isMissingFor(principal);
  }

  isMissingFor(principal: Principal): boolean {
    const { REQUIRE_SECOND_FACTOR: who } = this.settings;
    if (who === 'none' || principal.hasSecondFactor) return false;
    return who === 'all' || this.opensAdministration(principal);
  }

  /** Whether the proof is fresh makes no difference. */
  private opensAdministration(principal: Principal): boolean {
    const route = this.accessMap.route('GET /admin');
    if (!route) return false;
    const decision = decide(route.rule, principal, this.clock.now());
    return decision.allowed || decision.refusal === 'prove-again';
  }
}
