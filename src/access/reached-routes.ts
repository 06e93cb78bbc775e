import { parse, PathError, pathToRegexp, type Token } from 'path-to-regexp';

/** A route as the router takes requests for it. */
export interface ReachableRoute {
  readonly method: string;
  readonly path: string;
  readonly handler: string;
  readonly pattern: RegExp;
}

/** As the router matches: it pays no heed to case or to a slash at the end. An error where the path is no pattern. */
export function patternOf(path: string): RegExp | PathError {
  try {
    return pathToRegexp(path).regexp;
  } catch (error) {
    if (error instanceof PathError) return error;
    throw error;
  }
}

/** The route that a request with this method and path reaches: as in the router, the first that was declared. */
export function reachedBy<R extends ReachableRoute>(routes: readonly R[], method: string, path: string): R | undefined {
  return routes.find((route) => takes(route, method, path));
}

function takes(route: ReachableRoute, method: string, path: string): boolean {
  const methods = ['ALL', method, ...(method === 'HEAD' ? ['GET'] : [])];
  return methods.includes(route.method) && route.pattern.test(path);
}

/** A sentence for each route that no request can reach, as every one reaches a route that was declared before it. */
export function neverReached(routes: readonly ReachableRoute[]): string[] {
  const longest = Math.max(0, ...routes.map(({ path }) => path.split('/').length));
  return routes.flatMap((route) => {
    const reached = samplesOf(route, longest).map((path) => reachedBy(routes, route.method, path));
    return reached.includes(route) ? [] : [hiddenBy(route, [...new Set(reached)] as ReachableRoute[], longest)];
  });
}

function hiddenBy(route: ReachableRoute, others: readonly ReachableRoute[], longest: number): string {
  const hiding = others.map((other) => `${other.handler} (${other.method} ${other.path})`).join(' or ');
  const isAlike = others.every((other) => samplesOf(other, longest).every((path) => takes(route, other.method, path)));
  const advice = isAlike ? 'give one of them another path' : 'declare it first';
  return `${route.handler} is never reached: each request for ${route.method} ${route.path} reaches ${hiding}; ${advice}`;
}

/** Stands for any value of a parameter: a character that no path is written with. */
const ANYTHING = '\uE000';

/**
 * Requests that stand for all that a route takes: with and without each optional group, and with a wildcard of one segment
 * up to more than any route has, as what is longer still reaches only another wildcard.
 */
function samplesOf({ path }: ReachableRoute, longest: number): string[] {
  return written(parse(path).tokens, longest);
}

function written(tokens: readonly Token[], longest: number): string[] {
  return tokens.reduce<string[]>(
    (paths, token) => paths.flatMap((path) => waysToWrite(token, longest).map((part) => path + part)),
    [''],
  );
}

function waysToWrite(token: Token, longest: number): string[] {
  switch (token.type) {
    case 'text':
      return [token.value];
    case 'param':
      return [ANYTHING];
    case 'group':
      return ['', ...written(token.tokens, longest)];
    case 'wildcard':
      return Array.from({ length: longest + 1 }, (_, more) =>
        Array(more + 1)
          .fill(ANYTHING)
          .join('/'),
      );
  }
}
