import 'reflect-metadata';
import type { RecordRule } from './record-rule';
import { roles, permissions, when, type Alternative, type Declaration } from './rule';
import type { Settings } from '../config/settings';

export { CurrentUser, CurrentUserOrNull } from './current-user';
export { Found } from './found';
export { ownAccount } from './own-account';
export { recordById, recordRule } from './record-rule';
export { roles, permissions, when } from './rule';

const DECLARATIONS = Symbol('access declarations');
const WORDS = Symbol('title and area');
const OPEN = Symbol('opens before a second factor is set up');
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

/**
 * Only with a fresh proof: they have proved who they are in this session within the last 15 minutes. Who has not is asked to,
 * and then goes on. It stands beside a rule that says who may.
 */
export const Fresh = () => declare({ kind: 'fresh' });

/** It opens to somebody who must set up a second factor first, and has not. Nothing else does. */
export const OpensBeforeSecondFactor = () => at((place) => Reflect.defineMetadata(OPEN, true, place));

/** What people call a route, in their words. */
export interface Words {
  /** What somebody does there, as a person would say it: "Read the audit log". */
  readonly title: string;
  /** The part of the site that it belongs to: "Administration". */
  readonly area: string;
  /** Other words that people look for it by: "history, changes". */
  readonly keywords: string;
}

/** A title for a handler, in the area of its class: `@Title('See roles')`. */
export const Title = (title: string) => word({ title });

/**
 * The area of all handlers of a class, with the title where they have one and the same, like GET and POST of a form:
 * `@Area('Administration', 'Create a role')`. What a handler says itself stands in place of it.
 */
export const Area = (area: string, title?: string) => word(title === undefined ? { area } : { area, title });

/** Other words that people look for it by, where its title has others: `@Keywords('history, changes')`. */
export const Keywords = (keywords: string) => word({ keywords });

/** The route exists only while the setting has this value; otherwise it is as unknown as a misspelt address. */
export function OnlyWhile<K extends keyof Settings>(setting: K, value: Settings[K]): ClassDecorator {
  return (target) => Reflect.defineMetadata(CONDITION_OF_USE, { setting, value }, target);
}

/** Appends: a decorator never replaces what another one said. */
function declare(declaration: Declaration): ClassOrMethod {
  return at((place) => Reflect.defineMetadata(DECLARATIONS, [declaration, ...declarationsAt(place)], place));
}

function word(words: Partial<Words>): ClassOrMethod {
  return at((place) => Reflect.defineMetadata(WORDS, { ...wordsAt(place), ...words }, place));
}

/** On the class or on the handler. */
function at(say: (place: object) => void): ClassOrMethod {
  return (target: object, _key?: string | symbol, descriptor?: PropertyDescriptor) =>
    say((descriptor?.value as object | undefined) ?? target);
}

function declarationsAt(place: object): Declaration[] {
  return (Reflect.getOwnMetadata(DECLARATIONS, place) as Declaration[] | undefined) ?? [];
}

function wordsAt(place: object): Partial<Words> {
  return (Reflect.getOwnMetadata(WORDS, place) as Partial<Words> | undefined) ?? {};
}

/** Everything said about a handler: on it and on what it overrides, on its class and on the classes that one extends. */
export function declarationsOf(controller: Target, handler: Handler): Declaration[] {
  const classes = lineOf(controller);
  return [...classes, ...methodsOf(classes, handler)].flatMap(declarationsAt);
}

/** What is said nearest to a handler: on it before what it overrides, and there before its class. */
export function wordsOf(controller: Target, handler: Handler): Partial<Words> {
  const classes = lineOf(controller);
  return Object.assign({}, ...[...methodsOf(classes, handler), ...classes].reverse().map(wordsAt)) as Partial<Words>;
}

/** A handler, and those that it overrides. */
function methodsOf(classes: readonly Target[], handler: Handler): Handler[] {
  const named = classes.map(
    (place) => Object.getOwnPropertyDescriptor(place.prototype, handler.name)?.value as unknown,
  );
  const overridden = named.filter((method): method is Handler => typeof method === 'function');
  return [...new Set([handler, ...overridden])];
}

/** A class, the one it extends, and so on up. */
function lineOf(controller: Target): Target[] {
  const above = Object.getPrototypeOf(controller) as Target;
  return above === Function.prototype ? [controller] : [controller, ...lineOf(above)];
}

export function opensBeforeSecondFactor(controller: Target, handler: Handler): boolean {
  return [controller, handler].some((place) => Reflect.hasOwnMetadata(OPEN, place));
}

export function isInUse(controller: Target, settings: Settings): boolean {
  const condition = Reflect.getMetadata(CONDITION_OF_USE, controller) as
    { setting: keyof Settings; value: unknown } | undefined;
  return !condition || settings[condition.setting] === condition.value;
}
