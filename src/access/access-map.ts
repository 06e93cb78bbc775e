import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { match as matcher } from 'path-to-regexp';
import { settings, type Settings } from '../config/settings';
import { combine } from './combine';
import { faultForVisitors } from './current-user';
import { alwaysNames, routesOf, type Controller, type DeclaredRoute, type Handler } from './declared-routes';
import { declarationsOf, isInUse, opensBeforeSecondFactor, wordsOf } from './decorators';
import { entriesOf, nameOf, type MapEntry } from './entries';
import { wantedBy } from './found';
import { neverReached, patternOf, reachedBy, type ReachableRoute } from './reached-routes';
import type { RecordInPath } from './record-rule';
import type { Route } from './route';
import { recordRulesOf, type Rule } from './rule';

/** What a path says for the parameters of a route. */
export type Parameters = Readonly<Record<string, string | string[] | undefined>>;

/** The start is refused: each line names what answers and why it may not. */
export class AccessFaults extends Error {
  constructor(readonly faults: readonly string[]) {
    super(faults.join('\n'));
  }
}

/** A route that the router has, even while a setting switches it off. */
interface RouterRoute extends Route, ReachableRoute {
  readonly handle: Handler;
  readonly isInUse: boolean;
}

/** Every route with its rule, made once from the routes themselves before anything is served. */
@Injectable()
export class AccessMap implements OnModuleInit {
  private readonly rules = new Map<Controller, Map<Handler, Rule>>();
  private readonly byName = new Map<string, RouterRoute>();
  /** By the name of each of its routes. */
  private readonly entryByName = new Map<string, MapEntry>();
  /** In the order of the router. */
  private readonly declared: RouterRoute[] = [];

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    @Inject(settings.KEY) private readonly settings: Settings,
  ) {}

  /** @throws AccessFaults when any handler has no rule, an empty or contradictory one, or can't be reached. */
  onModuleInit(): void {
    const faults: string[] = [];
    for (const { metatype } of this.discovery.getControllers()) {
      if (metatype) faults.push(...this.readController(metatype as Controller));
    }
    faults.push(...neverReached(this.declared));
    if (faults.length > 0) throw new AccessFaults(faults);
    for (const entry of entriesOf(this.routes)) for (const name of entry.names) this.entryByName.set(name, entry);
  }

  /** In the order of their paths. */
  get routes(): readonly Route[] {
    return this.declared
      .filter((route) => route.isInUse)
      .sort((a, b) => compare(a.path, b.path) || compare(a.method, b.method));
  }

  /** The same as people read them, each in one place. */
  get entries(): readonly MapEntry[] {
    return [...new Set(this.entryByName.values())];
  }

  /** What people read in place of the route of this name, like `GET /admin`; undefined where there is none now. */
  entryOf(name: string): MapEntry | undefined {
    return this.entryByName.get(name);
  }

  /** As the router asks them, also those that a setting switches off: they answer that there is no such page. */
  get inOrderOfRouter(): readonly Route[] {
    return this.declared;
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
    if (!route) throw new Error(`There is no route "${name}".`);
    return route.isInUse ? route : undefined;
  }

  /** The route that a request with this method and path reaches. */
  match(method: string, path: string): Route | undefined {
    const [asked = ''] = path.split('?');
    const route = reachedBy(this.declared, method.toUpperCase(), asked);
    return route?.isInUse ? route : undefined;
  }

  /** The handler that a request with this method and path reaches. */
  handlerAt(method: string, path: string): Handler | undefined {
    return reachedBy(this.declared, method.toUpperCase(), path)?.handle;
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
    const routes = routesOf(controller, this.scanner);
    const inUse = isInUse(controller, this.settings);
    const rules = new Map<Handler, Rule>();
    const faults = [...new Map(routes.map(({ handler, label }) => [handler, label]))].flatMap(([handler, label]) => {
      const combined = combine(declarationsOf(controller, handler));
      if ('fault' in combined) return [`${label} ${combined.fault}`];
      rules.set(handler, combined.rule);
      return [];
    });
    if (inUse) this.rules.set(controller, rules);
    return [...faults, ...routes.flatMap((route) => this.declare(controller, route, rules.get(route.handler), inUse))];
  }

  private declare(
    controller: Controller,
    { handler, label, method, path }: DeclaredRoute,
    rule: Rule | undefined,
    isInUse: boolean,
  ): string[] {
    if (!rule) return [];
    const pattern = patternOf(path);
    if (pattern instanceof Error) return [`${label} has a path that matches nothing: ${pattern.message}`];
    const unnamed = recordsNotNamed(rule, handler, path).map((fault) => `${fault}: ${method} ${path} has none`);
    const faults = [...unnamed, ...this.withoutSource(rule, handler)];
    const forVisitors = faultForVisitors(handler);
    if (forVisitors !== undefined && rule.kind !== 'all-of') faults.push(forVisitors);
    if (faults.length > 0) return faults.map((fault) => `${label} ${fault}`);
    const { title, area, keywords = '' } = wordsOf(controller, handler);
    const status = statusOf(handler);
    const words = { title: title || null, area: area || null, keywords, handler: label };
    const opens = { rule, opensBeforeSecondFactor: opensBeforeSecondFactor(controller, handler) };
    const route = { method, path, ...opens, ...words, handle: handler, status, pattern, isInUse };
    this.declared.push(route);
    this.byName.set(nameOf(route), route);
    return [];
  }

  /** What finds a record is there once the modules are. */
  private withoutSource(rule: Rule, handler: Handler): string[] {
    const classes = [...recordRulesOf(rule), ...wantedBy(handler)].flatMap(({ source }) => source?.from ?? []);
    return classes
      .filter((from) => !this.discovery.getProviders().some(({ token }) => token === from))
      .map(({ name }) => `finds its record by ${name}, which no module provides`);
  }
}

/** What `@Redirect()` wrote, under Nest's key. */
function statusOf(handler: Handler): number {
  const redirect = Reflect.getMetadata('__redirect__', handler) as { statusCode?: number } | undefined;
  return redirect ? (redirect.statusCode ?? 302) : 200;
}

/** Each rule about a record, and each that the handler takes, needs the parameter that names it in every path. */
function recordsNotNamed(rule: Rule, handler: Handler, path: string): string[] {
  const unnamed = ({ parameter }: RecordInPath) => !alwaysNames(path, parameter);
  return [
    ...recordRulesOf(rule)
      .filter(unnamed)
      .map(({ name, parameter }) => `@When(${name}) needs :${parameter} in its path`),
    ...wantedBy(handler)
      .filter(unnamed)
      .map(({ parameter }) => `@Found needs :${parameter} in its path`),
  ];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
