import { DiscoveryService } from '@nestjs/core';

type Class<Part> = new (...args: never[]) => Part;

/**
 * A place where features take part. A class says so by the hook as its decorator, which the compiler lets it only where it
 * is such a part; it is found among the providers of its module.
 */
export interface Hook<Part extends object> {
  (part: Class<Part>): void;
  /** In the order of the modules. */
  partsIn(discovery: DiscoveryService): Part[];
  /** The names of classes that bear the decorator, and that no module provides. */
  forgottenIn(discovery: DiscoveryService): string[];
}

/** Every hook there is. */
export const hooks: Pick<Hook<object>, 'forgottenIn'>[] = [];

export function defineHook<Part extends object>(): Hook<Part> {
  const mark = DiscoveryService.createDecorator();
  const decorated = new Set<Class<Part>>();
  const providersIn = (discovery: DiscoveryService) => discovery.getProviders({ metadataKey: mark.KEY });
  const hook = Object.assign(
    (part: Class<Part>) => {
      decorated.add(part);
      mark()(part);
    },
    {
      partsIn: (discovery: DiscoveryService) => providersIn(discovery).map(({ instance }) => instance as Part),
      forgottenIn: (discovery: DiscoveryService) => {
        const provided = new Set<unknown>(providersIn(discovery).map(({ metatype }) => metatype));
        return [...decorated].filter((part) => !provided.has(part)).map(({ name }) => name);
      },
    },
  );
  hooks.push(hook);
  return hook;
}
