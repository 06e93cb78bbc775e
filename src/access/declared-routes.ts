import { RequestMethod } from '@nestjs/common';
import type { MetadataScanner } from '@nestjs/core';
import { parse } from 'path-to-regexp';

export type Controller = new (...args: never[]) => unknown;
export type Handler = (...args: never[]) => unknown;

/** One method and path of a handler. */
export interface DeclaredRoute {
  readonly handler: Handler;
  /** `Controller.method` */
  readonly label: string;
  readonly method: string;
  readonly path: string;
}

/**
 * What `@Controller()` and `@Get()` wrote, which Nest keeps under the keys `path` and `method`: in the order in which it
 * gives the routes of a controller to the router, each prefix with all handlers.
 */
export function routesOf(controller: Controller, scanner: MetadataScanner): DeclaredRoute[] {
  const prototype = controller.prototype as Record<string, Handler>;
  const names = scanner.getAllMethodNames(prototype);
  const prefixes = [Reflect.getMetadata('path', controller) as string | string[]].flat();
  return prefixes.flatMap((prefix) =>
    names.flatMap((name) => {
      const handler = prototype[name] as Handler;
      const method = Reflect.getMetadata('method', handler) as RequestMethod | undefined;
      if (method === undefined) return [];
      const paths = [Reflect.getMetadata('path', handler) as string | string[]].flat();
      return paths.map((path) => ({
        handler,
        label: `${controller.name}.${name}`,
        method: RequestMethod[method],
        path: normalisePath(`/${prefix}/${path}`),
      }));
    }),
  );
}

/** An optional parameter names no record where it is left out, and a wildcard names several. */
export function alwaysNames(path: string, parameter: string): boolean {
  return parse(path).tokens.some((token) => token.type === 'param' && token.name === parameter);
}

function normalisePath(path: string): string {
  return path.replace(/\/+/g, '/').replace(/(.)\/$/, '$1');
}
