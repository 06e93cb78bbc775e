import 'reflect-metadata';
import type { RecordRule } from './record-rule';
import { roles, permissions, when, type Alternative, type Declaration } from './rule';
import type { Settings } from '../config/settings';

export { ownAccount } from './own-account';
export { recordRule } from './record-rule';
export { roles, permissions, when } from './rule';

const DECLARATIONS = Symbol('access declarations');
const CONDITION_OF_USE = Symbol('setting that opens the route');

type Target = abstract new (...args: never[]) => unknown;
type Handler = (...args: never[]) => unknown;
type ClassOrMethod = ClassDecorator & MethodDecorator;

/** Open to anyone. It excludes every other rule. */
export const Public = () => declare({ kind: 'public' });

/** Only for people who are not signed in. It excludes every other rule. */
export const SignedOut = () => declare({ kind: 'signed-out' });

/** For everybody who is signed in. */
export const Authenticated = () => declare({ kind: 'authenticated' });

/** For people who hold any one of the listed built-in roles. */
export const Roles = (...anyOf: Parameters<typeof roles>) => declare(roles(...anyOf));

/** For people who hold all of the listed permissions. */
export const Permissions = (...allOf: Parameters<typeof permissions>) => declare(permissions(...allOf));

/** For people who meet any one of the alternatives: `@AnyOf(roles('Admin'), permissions('admin-read', 'admin-write'))`. */
export const AnyOf = (...alternatives: readonly [Alternative, ...Alternative[]]) =>
  declare({ kind: 'any-of', alternatives });

/** Only for such a record, which the path names: `@When(ownAccount)` on `/users/:id`. */
export const When = (record: RecordRule) => declare(when(record));

/** The route exists only while the setting has this value; otherwise it is as unknown as a misspelt address. */
export function OnlyWhile<K extends keyof Settings>(setting: K, value: Settings[K]): ClassDecorator {
  return (target) => Reflect.defineMetadata(CONDITION_OF_USE, { setting, value }, target);
}

/** Appends: a decorator never replaces what another one said. */
function declare(declaration: Declaration): ClassOrMethod {
  return (target: object, _key?: string | symbol, descriptor?: PropertyDescriptor) => {
    const place = (descriptor?.value as object | undefined) ?? target;
    const said = (Reflect.getOwnMetadata(DECLARATIONS, place) as Declaration[] | undefined) ?? [];
    Reflect.defineMetadata(DECLARATIONS, [declaration, ...said], place);
  };
}

/** Everything said about a handler: on it and on what it overrides, on its class and on the classes that one extends. */
export function declarationsOf(controller: Target, handler: Handler): Declaration[] {
  const classes = lineOf(controller);
  const overridden = classes.map(
    (place) => Object.getOwnPropertyDescriptor(place.prototype, handler.name)?.value as unknown,
  );
  const places = new Set([...classes, handler, ...overridden.filter((method) => typeof method === 'function')]);
  return [...places].flatMap(
    (place) => (Reflect.getOwnMetadata(DECLARATIONS, place) as Declaration[] | undefined) ?? [],
  );
}

/** A class, the one it extends, and so on up. */
function lineOf(controller: Target): Target[] {
  const above = Object.getPrototypeOf(controller) as Target;
  return above === Function.prototype ? [controller] : [controller, ...lineOf(above)];
}

export function isInUse(controller: Target, settings: Settings): boolean {
  const condition = Reflect.getMetadata(CONDITION_OF_USE, controller) as
    { setting: keyof Settings; value: unknown } | undefined;
  return !condition || settings[condition.setting] === condition.value;
}
