import type { Type } from '@nestjs/common';
import type { Principal } from './principal';

/** The application's one instance of a class that a module provides. */
export type Provided = <T>(provider: Type<T>) => T;

/** A condition on the record that a request is about. Without the record at hand it is never met. */
export interface RecordRule {
  /** One such record, as it is said to who asks: "your own account", "an entry of your own school". */
  readonly name: string;
  /** What names the record in the path: `id` in `/users/:id`. */
  readonly parameter: string;
  /** Finds the record by that value; null where there is none, which is answered as an unknown address. */
  readonly find?: (value: string, provided: Provided) => Promise<unknown>;
  // A method, so that rules about different records stand in one list.
  holds(principal: Principal, record: unknown): boolean;
}

interface Described {
  name: string;
  parameter: string;
}

interface AboutParameter extends Described {
  holds: (principal: Principal, value: string) => boolean;
}

interface AboutRecord<Found> extends Described {
  find: (value: string, provided: Provided) => Promise<Found | null>;
  holds: (principal: Principal, record: Found) => boolean;
}

/** A rule about the parameter of the path itself, or about the record that it names. */
export function recordRule<Found>(rule: AboutRecord<Found>): RecordRule;
export function recordRule(rule: AboutParameter): RecordRule;
export function recordRule(rule: RecordRule): RecordRule {
  return rule;
}

/** The records that a request is about, by the rules that ask about them. */
export type Records = ReadonlyMap<RecordRule, unknown>;

export const noRecords: Records = new Map();
