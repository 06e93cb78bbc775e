import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import type { Principal } from './principal';

/** Each with what it does that only people who are signed in may. */
const HANDLERS_FOR_USERS = new WeakMap<object, string>();

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
    const handler = Reflect.get(target, name ?? '') as object;
    forUsersOnly(handler, 'takes @CurrentUser(), but its rule lets visitors in: take @CurrentUserOrNull()');
    inject()(target, name, index);
  };
}

/** A parameter: the person who asks, or null for a visitor. */
export const CurrentUserOrNull = (): ParameterDecorator => inject();

/** The start is refused where the rule of the handler lets visitors in, with this fault. */
export function forUsersOnly(handler: object, fault: string): void {
  HANDLERS_FOR_USERS.set(handler, fault);
}

/** What is wrong with the handler if its rule lets visitors in; undefined where nothing is. */
export function faultForVisitors(handler: object): string | undefined {
  return HANDLERS_FOR_USERS.get(handler);
}
