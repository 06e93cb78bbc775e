import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import type { Principal } from './principal';

const HANDLERS_FOR_USERS = new WeakSet<object>();

/** The person behind a request, or null for a visitor. */
export function principalOf(request: Request): Principal | null {
  return (request.user as Principal | undefined) ?? null;
}

const inject = createParamDecorator((_: undefined, context: ExecutionContext) =>
  principalOf(context.switchToHttp().getRequest<Request>()),
);

/** A parameter: the person who asks. Never null: a handler that visitors reach too does not start with it. */
export function CurrentUser(): ParameterDecorator {
  return (target, name, index) => {
    HANDLERS_FOR_USERS.add(Reflect.get(target, name ?? '') as object);
    inject()(target, name, index);
  };
}

/** A parameter: the person who asks, or null for a visitor. */
export const CurrentUserOrNull = (): ParameterDecorator => inject();

export function isForUsersOnly(handler: object): boolean {
  return HANDLERS_FOR_USERS.has(handler);
}
