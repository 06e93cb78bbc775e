import type { NestApplicationOptions, RequestMethod } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import type { Express, RequestHandler } from 'express';
import { AccessFaults } from '../access/access-map';
import type { Mount } from '../access/mounts';
import { inTurn } from './in-turn';
import { named, namesOf, placeOf, type Layer, type Router } from './layers';

/** Whoever hears one of these on the HTTP server can answer a client. */
const answeringEvents = [
  'request',
  'checkContinue',
  'checkExpectation',
  'connect',
  'upgrade',
  'clientError',
  'connection',
];

type Listener = (...args: never[]) => void;

/**
 * Express as Nest uses it, and the one place to mount something beside the routes. It remembers which layers of the router
 * and which listeners on the server are Nest's, Node's or listed: afterwards nobody could tell.
 */
export class SiteAdapter extends ExpressAdapter {
  /** Called before Nest registers anything. */
  beforeInit: () => void = () => undefined;
  /** Called before the server listens, whoever tells it to. */
  beforeListening: () => void = () => {
    throw new Error('The site may not listen before configureApp has been called.');
  };

  private readonly known = new Map<string | Mount, readonly unknown[]>();
  private readonly middleware = new Set<Layer>();
  private isSealed = false;

  constructor() {
    super();
    this.known.set('hooks of Nest', [...this.router.stack]);
  }

  get router(): Router {
    return this.getInstance<Express>().router as unknown as Router;
  }

  /**
   * Mounts handlers, in turn, as one layer of the router. A module does it in its onModuleInit: after the routes.
   *
   * @throws Error where they are not listed at one and the same place
   */
  mount(...handlers: readonly (readonly [Mount, RequestHandler])[]): void {
    const [places, ...others] = new Map(handlers.map(([{ at }]) => [at.join(', '), at])).values();
    if (!places || others.length > 0) throw new Error('What is mounted together has to be listed at the same paths.');
    const functions = handlers.map(([, handler]) => handler);
    // Express has a short way for the path "/", and not for a list of it.
    const path = places.length === 1 ? places[0] : places;
    const layers = this.addedBy(() => this.use(path, functions.length === 1 ? functions : inTurn(functions)));
    for (const [mount] of handlers) this.known.set(mount, layers);
  }

  /** Hears the events of the HTTP server at which a mount is listed. */
  hear<Event extends string>(mount: Mount & { at: readonly Event[] }, listeners: Record<Event, Listener>): void {
    for (const event of mount.at) this.getHttpServer().on(event, listeners[event] as (...args: unknown[]) => void);
    this.known.set(mount, Object.values(listeners));
  }

  /** What has been mounted, or hears. */
  get mounts(): Mount[] {
    return [...this.known.keys()].filter((of) => typeof of !== 'string');
  }

  /** The layers of the router that are neither Nest's own nor mounted as listed: the routes, and what should not be there. */
  get otherLayers(): Layer[] {
    return this.router.stack.filter((layer) => !this.isKnown(layer));
  }

  /** Whether a module mounted it in its `configure()`. */
  isMiddleware(layer: Layer): boolean {
    return this.middleware.has(layer);
  }

  /** The listeners on the server that are neither its own nor listed. */
  get otherListeners(): { event: string; name: string }[] {
    return answeringEvents.flatMap((event) =>
      this.getHttpServer()
        .listeners(event)
        .filter((listener) => !this.isKnown(listener))
        .map(({ name }) => ({ event, name: named(name) })),
    );
  }

  /** From here on nothing more can be mounted or listen to requests: who tries gets an error. */
  seal(): void {
    if (this.isSealed) return;
    this.isSealed = true;
    sealStack(this.router.stack);
    for (const { route } of this.router.stack) if (route) sealStack(route.stack);
    Object.freeze(this.router.params);
    this.getHttpServer().on('newListener', (event: string, listener: Listener) => {
      if (answeringEvents.includes(event))
        throw tooLate(`${named(listener.name)}, which hears ${event} on the HTTP server, comes`);
    });
  }

  /** It would see every request before anything else, and no layer tells of it. */
  override setOnRequestHook(): void {
    throw new AccessFaults(['A request hook is judged by no rule: mount what it does as listed (docs/access.md).']);
  }

  override createMiddlewareFactory(method: RequestMethod): ReturnType<ExpressAdapter['createMiddlewareFactory']> {
    const mount = super.createMiddlewareFactory(method);
    return (path, callback) => {
      for (const layer of this.addedBy(() => mount(path, callback))) this.middleware.add(layer);
    };
  }

  override setNotFoundHandler(...of: Parameters<ExpressAdapter['setNotFoundHandler']>): void {
    const layers = this.addedBy(() => super.setNotFoundHandler(...of));
    this.known.set('not found', layers);
  }

  override setErrorHandler(...of: Parameters<ExpressAdapter['setErrorHandler']>): void {
    const layers = this.addedBy(() => super.setErrorHandler(...of));
    this.known.set('errors', layers);
  }

  override async init(): Promise<void> {
    await super.init();
    this.beforeInit();
  }

  override initHttpServer(options: NestApplicationOptions): void {
    super.initHttpServer(options);
    const server = this.getHttpServer();
    const listeners = answeringEvents.flatMap((event) => server.listeners(event));
    this.known.set('the server itself', listeners);
    const listen = server.listen.bind(server);
    server.listen = (...of: unknown[]) => {
      this.beforeListening();
      return Reflect.apply(listen, server, of) as typeof server;
    };
  }

  private isKnown(layerOrListener: unknown): boolean {
    return [...this.known.values()].some((known) => known.includes(layerOrListener));
  }

  private addedBy(mount: () => unknown): Layer[] {
    const before = this.router.stack.length;
    mount();
    return this.router.stack.slice(before);
  }
}

function sealStack(stack: Layer[]): void {
  const push = (layer: Layer) => {
    throw tooLate(`${namesOf([layer])}, which answers at ${placeOf(layer)}, comes`);
  };
  Object.freeze(Object.defineProperty(stack, 'push', { value: push }));
}

function tooLate(what: string): AccessFaults {
  return new AccessFaults([`${what} too late: once the site listens, nothing can be added that answers.`]);
}
