import { Injectable, type Provider } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';

/** What answers, or may, although it is no route with a rule: its reason stands in `access.lock` beside the routes. */
export interface Mount {
  readonly name: string;
  /** Paths, which begin with a slash, with all below them; or events of the HTTP server, like `upgrade`. */
  readonly at: readonly string[];
  readonly reason: string;
}

const MOUNTS = Symbol('mounts');

/** Among the providers of a module: the mounts that come with it. */
export function listMounts(mounts: readonly Mount[]): Provider {
  return { provide: MOUNTS, useValue: mounts };
}

/** Every mount that a module lists. */
@Injectable()
export class Mounts {
  constructor(private readonly discovery: DiscoveryService) {}

  get all(): readonly Mount[] {
    return this.discovery
      .getProviders()
      .filter(({ token }) => token === MOUNTS)
      .flatMap(({ instance }) => instance as readonly Mount[]);
  }
}
