import { Inject, Injectable, RequestMethod, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { match as matcher, parse, pathToRegexp } from 'path-to-regexp';
import { settings, type Settings } from '../config/settings';
import { combine } from './combine';
import { declarationsOf, isInUse } from './decorators';
import { recordRulesOf, type Rule } from './rule';

type Controller = new (...args: never[]) => unknown;
type Handler = (...args: never[]) => unknown;

/** What a path says for the parameters of a route. */
export type Parameters = Readonly<Record<string, string | string[] | undefined>>;

export interface Route {
  readonly method: string;
  readonly path: string;
  readonly rule: Rule;
  /** `Controller.method` */
  readonly handler: string;
  /** What a GET answers to who is let in: the page, or the way to another. */
  readonly status: number;
}

/** The start is refused: each line names a handler and what is wrong with its rule. */
export class AccessFaults extends Error {
  constructor(readonly faults: readonly string[]) {
    super(faults.join('\n'));
  }
}

/** Every route with its rule, made once from the routes themselves before anything is served. */
@Injectable()
export class AccessMap implements OnModuleInit {
  private readonly rules = new Map<Controller, Map<Handler, Rule>>();
  private readonly byName = new Map<string, Route>();
  private readonly switchedOff = new Set<string>();

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    @Inject(settings.KEY) private readonly settings: Settings,
  ) {}

  /** @throws AccessFaults when any handler has no rule, an empty or contradictory one, or the route of another. */
  onModuleInit(): void {
    const faults: string[] = [];
    for (const { metatype } of this.discovery.getControllers()) {
      if (metatype) faults.push(...this.readController(metatype as Controller));
    }
    if (faults.length > 0) throw new AccessFaults(faults);
  }

  /** In the order of their paths. */
  get routes(): readonly Route[] {
    return [...this.byName.values()].sort((a, b) => compare(a.path, b.path) || compare(a.method, b.method));
  }

  /** The rule the guard applies; undefined for a route that is switched off by a setting. */
  ruleOf(controller: Controller, handler: Handler): Rule | undefined {
    return this.rules.get(controller)?.get(handler);
  }

  /**
   * The route of this name, like `GET /admin`; undefined for one that is switched off.
   *
   * @throws Error for a name that no handler has: a link to it would be a mistake.
   */
  route(name: string): Route | undefined {
    const route = this.byName.get(name);
    if (!route && !this.switchedOff.has(name)) throw new Error(`There is no route "${name}".`);
    return route;
  }

  /** The route that a request with this method and path reaches: as in the router, the first that was declared. */
  match(method: string, path: string): Route | undefined {
    const [asked = ''] = path.split('?');
    const methods = ['ALL', method.toUpperCase(), ...(method.toUpperCase() === 'HEAD' ? ['GET'] : [])];
    return [...this.byName.values()].find((route) => methods.includes(route.method) && matches(route.path, asked));
  }

  /** What the path says for the parameters of the route; not for one that is still written `:id`. */
  parametersOf(route: Route, path: string): Parameters {
    const [asked = ''] = path.split('?');
    const found = matcher(route.path, { decode: false })(asked);
    const said = Object.entries(found ? found.params : {}).filter(
      (pair): pair is [string, string] => typeof pair[1] === 'string' && pair[1] !== `:${pair[0]}`,
    );
    return Object.fromEntries(said);
  }

  private readController(controller: Controller): string[] {
    const inUse = isInUse(controller, this.settings);
    const prototype = controller.prototype as Record<string, Handler>;
    return this.scanner.getAllMethodNames(prototype).flatMap((name) => {
      const handler = prototype[name] as Handler;
      const names = routeNames(controller, handler);
      if (names.length === 0) return [];
      const combined = combine(declarationsOf(controller, handler));
      if ('fault' in combined) return [`${controller.name}.${name} ${combined.fault}`];
      const unnamed = recordsNotNamed(combined.rule, names);
      if (unnamed.length > 0) return unnamed.map((fault) => `${controller.name}.${name} ${fault}`);
      if (inUse) return this.addRoutes(controller, handler, names, combined.rule, `${controller.name}.${name}`);
      names.forEach(({ method, path }) => this.switchedOff.add(`${method} ${path}`));
      return [];
    });
  }

  private addRoutes(
    controller: Controller,
    handler: Handler,
    names: readonly { method: string; path: string }[],
    rule: Rule,
    label: string,
  ): string[] {
    const rules = this.rules.get(controller) ?? new Map<Handler, Rule>();
    this.rules.set(controller, rules.set(handler, rule));
    const status = statusOf(handler);
    return names.flatMap(({ method, path }) => {
      const name = `${method} ${path}`;
      const first = this.byName.get(name);
      if (first) return [`${label} is never reached: ${name} is ${first.handler}`];
      this.byName.set(name, { method, path, rule, handler: label, status });
      return [];
    });
  }
}

/** What `@Controller()` and `@Get()` wrote: Nest keeps both under these keys. */
function routeNames(controller: Controller, handler: Handler): { method: string; path: string }[] {
  const method = Reflect.getMetadata('method', handler) as RequestMethod | undefined;
  if (method === undefined) return [];
  const prefixes = [Reflect.getMetadata('path', controller) as string | string[]].flat();
  const paths = [Reflect.getMetadata('path', handler) as string | string[]].flat();
  return prefixes.flatMap((prefix) =>
    paths.map((path) => ({ method: RequestMethod[method], path: normalisePath(`/${prefix}/${path}`) })),
  );
}

/** What `@Redirect()` wrote, under Nest's key. */
function statusOf(handler: Handler): number {
  const redirect = Reflect.getMetadata('__redirect__', handler) as { statusCode?: number } | undefined;
  return redirect ? (redirect.statusCode ?? 302) : 200;
}

/** Each rule about a record needs the parameter that names it, in every path of the handler. */
function recordsNotNamed(rule: Rule, names: readonly { method: string; path: string }[]): string[] {
  return recordRulesOf(rule).flatMap(({ name, parameter }) =>
    names
      .filter(({ path }) => !alwaysNames(path, parameter))
      .map(({ method, path }) => `@When(${name}) needs :${parameter} in its path: ${method} ${path} has none`),
  );
}

/** An optional parameter names no record where it is left out, and a wildcard names several. */
function alwaysNames(path: string, parameter: string): boolean {
  return parse(path).tokens.some((token) => token.type === 'param' && token.name === parameter);
}

function normalisePath(path: string): string {
  return path.replace(/\/+/g, '/').replace(/(.)\/$/, '$1');
}

/** As the router matches: it pays no heed to case or to a slash at the end. */
function matches(pattern: string, path: string): boolean {
  return pathToRegexp(pattern).regexp.test(path);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
