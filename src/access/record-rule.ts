import type { Type } from '@nestjs/common';
import { parseRowId } from '../config/row-id';
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
  readonly find?: ((value: string, provided: Provided) => Promise<unknown>) | undefined;
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

interface AboutRow<Found> extends Described {
  findById: (id: number, provided: Provided) => Promise<Found | null>;
  holds: (principal: Principal, record: Found) => boolean;
}

interface AboutRecord<Found> extends Described {
  find: (value: string, provided: Provided) => Promise<Found | null>;
  holds: (principal: Principal, record: Found) => boolean;
}

/**
 * A rule about the parameter of the path itself, or about the record that it names: by the number of its row, of which
 * no other spelling finds it, or by a text.
 */
export function recordRule<Found>(rule: AboutRow<Found>): RecordRule;
export function recordRule<Found>(rule: AboutRecord<Found>): RecordRule;
export function recordRule(rule: AboutParameter): RecordRule;
export function recordRule({
  findById,
  ...rule
}: RecordRule & { findById?: AboutRow<unknown>['findById'] }): RecordRule {
  return findById ? { ...rule, find: byRowId(findById) } : rule;
}

function byRowId(findById: AboutRow<unknown>['findById']): RecordRule['find'] {
  return (text, provided) => {
    const id = parseRowId(text);
    return id === null ? Promise.resolve(null) : findById(id, provided);
  };
}

/** The records that a request is about, by the rules that ask about them. */
export type Records = ReadonlyMap<RecordRule, unknown>;

export const noRecords: Records = new Map();
