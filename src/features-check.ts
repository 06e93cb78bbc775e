import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { AccessMap } from './access/access-map';
import { nameOf } from './access/entries';
import { FeatureFaults, FEATURES, type Feature, type Link } from './feature';
import { hooks } from './hook';

/** What can be told of features only once their modules are there. */
@Injectable()
export class FeaturesCheck implements OnApplicationBootstrap {
  constructor(
    @Inject(FEATURES) private readonly features: readonly Feature[],
    private readonly accessMap: AccessMap,
    private readonly discovery: DiscoveryService,
  ) {}

  /** @throws FeatureFaults where a link leads nowhere, or a part of a hook is provided by no module */
  onApplicationBootstrap(): void {
    const forgotten = hooks.flatMap((hook) => hook.forgottenIn(this.discovery));
    const faults = [
      ...this.features.flatMap(({ name, links }) => links.flatMap((link) => this.faultsOf(name, link))),
      ...forgotten.map(
        (name) => `${name} takes part in a hook, but no module provides it: list it among its providers`,
      ),
    ];
    if (faults.length > 0) throw new FeatureFaults(faults);
  }

  private faultsOf(feature: string, { to, label }: Link): string[] {
    const isPage = this.accessMap.inOrderOfRouter.some((route) => to === nameOf(route));
    if (isPage && /^GET [^:*{]+$/.test(to)) return [];
    return [`The link "${label}" of the feature ${feature} leads to "${to}", which is no page without parameters`];
  }
}
