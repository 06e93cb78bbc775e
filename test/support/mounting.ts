import type { Server } from 'node:http';
import { Inject, Injectable, type OnModuleInit, type Type } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Router, type Express, type IRoute, type RequestHandler } from 'express';
import type { Mount } from '../../src/access/mounts';
import type { SiteAdapter } from '../../src/web/site-adapter';

export const answer: RequestHandler = (_request, response) => void response.send('unjudged');
export const reports = () => Router().get('/', answer);

/** A provider that does this with the adapter when the routes are there. */
export function afterRoutes(does: (adapter: SiteAdapter) => void): Type {
  @Injectable()
  class AfterRoutes implements OnModuleInit {
    constructor(@Inject(HttpAdapterHost) private readonly host: HttpAdapterHost<SiteAdapter>) {}

    onModuleInit(): void {
      does(this.host.httpAdapter);
    }
  }
  return AfterRoutes;
}

/** The ways to mount something that Nest and Express offer. */
type Mounting = Record<'use' | 'get' | 'all', (...of: unknown[]) => void>;
export const nest = (app: NestExpressApplication) => app.getHttpAdapter() as unknown as Mounting;
export const express = (app: NestExpressApplication): Express => app.getHttpAdapter().getInstance();
export const adapterOf = (app: NestExpressApplication) => app.getHttpAdapter() as unknown as SiteAdapter;
export const serverOf = (app: NestExpressApplication): Server => app.getHttpServer();
export const routeAt = (app: NestExpressApplication, path: string) =>
  adapterOf(app).router.stack.find(({ rawPath }) => rawPath === path)!.route as unknown as IRoute;

export const feed: Mount = {
  name: 'calendar feed',
  at: ['/calendar.ics'],
  reason: 'read by calendars, which hold no session',
};
