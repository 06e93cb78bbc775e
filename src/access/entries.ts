import { describeRule } from './describe-rule';
import type { Route } from './route';
import { withoutProof, type Rule } from './rule';

/** What people read as one thing: the routes of one title that open for the same people, like GET and POST of a form. */
export interface MapEntry {
  /** The name of the first of its routes, which stands for all of them. */
  readonly name: string;
  /** The name of each, like `GET /admin`. */
  readonly names: readonly string[];
  readonly routes: readonly Route[];
  readonly title: string | null;
  readonly area: string | null;
  readonly keywords: string;
  /** Its methods and paths: `GET, POST /login`. */
  readonly code: string;
  /** Of the one among them that demands the most. */
  readonly rule: Rule;
  readonly opensBeforeSecondFactor: boolean;
}

/** Like `GET /admin`. */
export function nameOf({ method, path }: Pick<Route, 'method' | 'path'>): string {
  return `${method} ${path}`;
}

/** The address of the first of these routes that is a page somebody can go to, knowing no number of a record; not of one for programs. */
export function pageAmong(names: readonly string[], mayUse: (name: string) => boolean): string | null {
  const page = names.find((name) => /^GET \/(?!\.)[^:*{]*$/.test(name) && mayUse(name));
  return page?.replace('GET ', '') ?? null;
}

/** In the order of the routes. */
export function entriesOf(routes: readonly Route[]): MapEntry[] {
  const together = new Map<string, [Route, ...Route[]]>();
  for (const route of routes) {
    const others = together.get(keyOf(route));
    if (others) others.push(route);
    else together.set(keyOf(route), [route]);
  }
  return [...together.values()].map(entryOf);
}

function keyOf(route: Route): string {
  const { area, title, opensBeforeSecondFactor } = route;
  return JSON.stringify([
    area,
    title ?? nameOf(route),
    describeRule(withoutProof(route.rule)),
    opensBeforeSecondFactor,
  ]);
}

function entryOf(routes: readonly [Route, ...Route[]]): MapEntry {
  const { title, area, keywords, opensBeforeSecondFactor } = routes[0];
  const paths = [...new Set(routes.map(({ path }) => path))];
  const methodsOf = (path: string) => routes.filter((route) => route.path === path).map(({ method }) => method);
  return {
    name: nameOf(routes[0]),
    names: routes.map(nameOf),
    routes,
    title,
    area,
    keywords,
    code: paths.map((path) => `${methodsOf(path).join(', ')} ${path}`).join(', '),
    rule: routes.map(({ rule }) => rule).find(isFresh) ?? routes[0].rule,
    opensBeforeSecondFactor,
  };
}

function isFresh(rule: Rule): boolean {
  return rule.kind === 'all-of' && rule.conditions.some(({ kind }) => kind === 'fresh');
}
