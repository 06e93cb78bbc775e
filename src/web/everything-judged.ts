import { DiscoveryService, MetadataScanner, ModulesContainer } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AccessFaults, AccessMap } from '../access/access-map';
import { Mounts } from '../access/mounts';
import type { Route } from '../access/route';
import { handlersOf, namesOf, placeOf, type Layer } from './layers';
import type { SiteAdapter } from './site-adapter';

const advice = 'which no rule judges: make it a route of a controller, or list it with its reason (docs/access.md)';

/**
 * Nothing answers but the routes of the access map and what is listed with its reason: anything else refuses the start
 * before the server listens, and can't be added later.
 */
export function judgeEverything(app: NestExpressApplication, site: SiteAdapter): void {
  const discovery = app.get(DiscoveryService);
  site.beforeInit = () => refuse([...gateways(discovery), ...messageHandlers(discovery, app.get(MetadataScanner))]);
  site.beforeListening = () => {
    refuse([
      ...mountFaults(site, app.get(Mounts)),
      ...routerFaults(site, app.get(AccessMap).inOrderOfRouter, app.get(ModulesContainer)),
      ...site.otherListeners.map(({ event, name }) => `${name} hears ${event} on the HTTP server, ${advice}`),
    ]);
    site.seal();
  };
}

/** @throws AccessFaults where there is one */
function refuse(faults: readonly string[]): void {
  if (faults.length > 0) throw new AccessFaults(faults);
}

/** By what `@WebSocketGateway()` writes. One with a port of its own would listen as soon as Nest registers it. */
function gateways(discovery: DiscoveryService): string[] {
  return discovery
    .getProviders()
    .filter(({ metatype }) => metatype && Reflect.hasMetadata('websockets:is_gateway', metatype))
    .map(({ name }) => `${name} is a WebSocket gateway, which no rule judges: make it a route of a controller`);
}

/** By what `@MessagePattern()` and `@EventPattern()` write. */
function messageHandlers(discovery: DiscoveryService, scanner: MetadataScanner): string[] {
  return discovery.getControllers().flatMap(({ metatype, name }) => {
    const prototype = metatype?.prototype as Record<string, object>;
    return scanner
      .getAllMethodNames(prototype)
      .filter((method) => Reflect.hasMetadata('microservices:pattern', prototype[method]!))
      .map((method) => `${name}.${method} handles messages of a microservice, which no rule judges: make it a route`);
  });
}

/** `access.lock` is made from the list: it would hide what is not on it, and tell in vain of what is not there. */
function mountFaults(site: SiteAdapter, { all }: Mounts): string[] {
  const unlisted = site.mounts.filter((mount) => !all.includes(mount));
  const unused = all.filter((mount) => !site.mounts.includes(mount));
  return [
    ...unlisted.map(({ name }) => `"${name}" is mounted, but no module lists it: add it with listMounts([...])`),
    ...unused.map(({ name }) => `"${name}" is listed, but not mounted: mount it, or take it off its list`),
  ];
}

/** What is left of the router has to be each route of the access map once, in its order, with its one handler. */
function routerFaults(site: SiteAdapter, routes: readonly Route[], modules: ModulesContainer): string[] {
  const layers = site.otherLayers;
  const found = layers.map((layer) => routes.find((route) => handlersOf(layer, route).length > 0));
  const faults = [
    ...Object.keys(site.router.params).map((name) => `The parameter :${name} has a handler of its own, ${advice}`),
    ...layers.flatMap((layer, i) => {
      const route = found[i];
      if (!route || found.indexOf(route) < i) return [`${whoIs(layer)} answers at ${placeOf(layer)}, ${advice}`];
      const others = layer.route!.stack.filter((handler) => !handlersOf(layer, route).includes(handler));
      return others.length > 0 ? [`${placeOf(layer)} has a second handler, ${namesOf(others)}, ${advice}`] : [];
    }),
    ...routes
      .filter((route) => !found.includes(route))
      .map((route) => `${nameOf(route)} is not where the access map has it`),
  ];
  const misplaced = routes.findIndex((route, i) => route !== found[i]);
  if (faults.length > 0 || misplaced < 0) return faults;
  return [`The router has ${nameOf(found[misplaced]!)} where the access map has ${nameOf(routes[misplaced]!)}`];

  function whoIs(layer: Layer): string {
    if (!site.isMiddleware(layer)) return namesOf([layer]);
    const mounting = [...modules.values()].filter(({ instance }) => 'configure' in instance);
    return `the middleware of ${mounting.map(({ name }) => name).join(' or ')}`;
  }
}

function nameOf({ method, path, handler }: Route): string {
  return `${handler} (${method} ${path})`;
}
