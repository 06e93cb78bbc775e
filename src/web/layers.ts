import { METHODS } from 'node:http';

/** One handler in the stack of Express' router, or of one of its routes. */
export interface Layer {
  readonly name: string;
  /** The path or paths as they were mounted. */
  readonly rawPath: unknown;
  readonly handle: unknown;
  /** Of a handler of a route; none where it takes every method. */
  readonly method?: string;
  readonly route?: { readonly stack: Layer[] };
}

export interface Router {
  readonly stack: Layer[];
  readonly params: Readonly<Record<string, unknown>>;
}

interface NamedRoute {
  readonly method: string;
  readonly path: string;
  readonly handler: string;
}

/** What Nest gave the router for a route, if this is the layer: it names the function after the method of the controller. */
export function handlersOf({ route, rawPath }: Layer, { method, path, handler }: NamedRoute): Layer[] {
  if (!route || rawPath !== path) return [];
  const methods = method === 'ALL' ? METHODS : [method];
  const named = route.stack.filter(({ name }) => name === handler);
  const isWhole = named.length === methods.length && named.every((each) => methods.includes(methodOf(each)));
  return isWhole ? named : [];
}

/** Where it answers: `GET /admin`, `/reports`. */
export function placeOf({ route, rawPath }: Layer): string {
  const paths = [rawPath].flat().map(String).join(', ');
  if (!route) return paths === '/' ? 'every path' : paths;
  const methods = [...new Set(route.stack.map(methodOf))];
  return [methods.length === METHODS.length ? 'ALL' : methods.join(', '), paths].join(' ').trim();
}

/** The functions that answer. */
export function namesOf(layers: readonly Layer[]): string {
  const functions = layers.flatMap((layer) => layer.route?.stack ?? [layer]);
  return [...new Set(functions.map(({ name }) => named(name)))].join(' and ');
}

export function named(name: string): string {
  return ['', '<anonymous>'].includes(name) ? 'an unnamed function' : name;
}

function methodOf({ method }: Layer): string {
  return method?.toUpperCase() ?? 'ALL';
}
