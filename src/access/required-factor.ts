import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../config/clock';
import { settings, type Settings } from '../config/settings';
import { AccessMap } from './access-map';
import { decide } from './decide';
import type { Principal } from './principal';

const OPEN = Symbol('opens before a second factor is set up');

/** On a controller or a handler: it opens to somebody who must set up a second factor first, and has not. Nothing else does. */
export function OpensBeforeSecondFactor(): ClassDecorator & MethodDecorator {
  return (target: object, _key?: string | symbol, descriptor?: PropertyDescriptor) =>
    Reflect.defineMetadata(OPEN, true, (descriptor?.value as object | undefined) ?? target);
}

export function opensBeforeSecondFactor(controller: object, handler: object): boolean {
  return [controller, handler].some((place) => Reflect.hasOwnMetadata(OPEN, place));
}

/** REQUIRE_SECOND_FACTOR: who must have a second factor. Whoever can open the administration is asked of its own rule. */
@Injectable()
export class RequiredFactor {
  constructor(
    private readonly accessMap: AccessMap,
    private readonly clock: Clock,
    @Inject(settings.KEY) private readonly settings: Settings,
  ) {}

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
