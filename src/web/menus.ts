import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { AccessFaults, AccessMap } from '../access/access-map';
import { FEATURES, type Feature, type Link } from '../feature';

/** The links of all features, as the layout shows them to those for whom they open. */
export function menusOf(features: readonly Feature[]) {
  const links = features.flatMap(({ links }) => links);
  const menu = (name: Link['menu']) => links.filter(({ menu = 'main' }) => menu === name).map(shown);
  return { main: menu('main'), administration: menu('administration') };
}

function shown({ to, label, section = false }: Link) {
  return { route: to, href: to.replace(/^GET /, ''), label, section };
}

/** Every link leads to a page. */
@Injectable()
export class LinksCheck implements OnApplicationBootstrap {
  constructor(
    @Inject(FEATURES) private readonly features: readonly Feature[],
    private readonly accessMap: AccessMap,
  ) {}

  /** @throws AccessFaults where a link leads nowhere */
  onApplicationBootstrap(): void {
    const faults = this.features.flatMap(({ name, links }) => links.flatMap((link) => this.faultsOf(name, link)));
    if (faults.length > 0) throw new AccessFaults(faults);
  }

  private faultsOf(feature: string, { to, label }: Link): string[] {
    const isPage = this.accessMap.inOrderOfRouter.some(({ method, path }) => to === `${method} ${path}`);
    if (isPage && /^GET [^:*{]+$/.test(to)) return [];
    return [`The link "${label}" of the feature ${feature} leads to "${to}", which is no page without parameters`];
  }
}
