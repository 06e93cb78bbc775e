import {
  Injectable,
  mixin,
  UseInterceptors,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
  type Type,
} from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { Request } from 'express';
import { catchError, from, type Observable } from 'rxjs';
import { RejectedForm, type Form } from './form';

/** Whatever its fields are. */
type AnyForm = Pick<Form<Record<never, never>>, 'explained'>;

/** What the page of a form shows beside it. */
type PageOf<Controller> = (controller: Controller, request: Request) => object | Promise<object>;

/**
 * On the handler that takes a form by `@Body(form)`: what can't be accepted, or what the domain refuses beside one of the
 * fields, is answered with the form again, and with what else its page shows.
 */
export function Accepts<Controller>(form: AnyForm, page: PageOf<Controller> = () => ({})): MethodDecorator {
  return UseInterceptors(shownAgain(form, page as PageOf<unknown>));
}

function shownAgain(form: AnyForm, page: PageOf<unknown>): Type<NestInterceptor> {
  @Injectable()
  class ShownAgain implements NestInterceptor {
    constructor(private readonly discovery: DiscoveryService) {}

    intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
      return next.handle().pipe(catchError((error: unknown) => from(this.explain(context, error))));
    }

    private async explain(context: ExecutionContext, error: unknown): Promise<never> {
      const request = context.switchToHttp().getRequest<Request>();
      const explained = form.explained(error, request.body);
      if (!(explained instanceof RejectedForm)) throw explained;
      throw explained.withPage(await page(this.controllerOf(context), request));
    }

    private controllerOf(context: ExecutionContext): unknown {
      return this.discovery.getControllers().find(({ metatype }) => metatype === context.getClass())?.instance;
    }
  }
  return mixin(ShownAgain);
}
