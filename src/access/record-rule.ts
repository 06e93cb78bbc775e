import type { Type } from '@nestjs/common';
import { parseRowId } from '../config/row-id';
import type { Principal } from './principal';

/** A record that a path names. */
export interface RecordInPath {
  /** What names the record in the path: `id` in `/users/:id`. */
  readonly parameter: string;
  /** How it is found; without it, it is the parameter itself. */
  readonly source?: RecordSource | undefined;
}

interface RecordSource {
  /** A class that a module provides. */
  readonly from: Type;
  /** null where there is none, which is answered as an unknown address. */
  readonly find: (value: string, from: never) => Promise<unknown>;
}

/** A condition on the record that a request is about. Without the record at hand it is never met. */
export interface RecordRule extends RecordInPath {
  /** One such record, as it is said to who asks: "your own account", "an entry of your own school". */
  readonly name: string;
  holds(principal: Principal, record: unknown): boolean;
}

interface Described {
  name: string;
  parameter: string;
}

interface AboutParameter extends Described {
  holds: (principal: Principal, value: string) => boolean;
}

interface ByRowId<From, Found> {
  from: new (...args: never[]) => From;
  findById: (id: number, from: From) => Promise<Found | null>;
}

interface ByText<From, Found> {
  from: new (...args: never[]) => From;
  find: (value: string, from: From) => Promise<Found | null>;
}

interface AboutRow<From, Found> extends ByRowId<From, Found>, Described {
  holds: (principal: Principal, record: Found) => boolean;
}

interface AboutRecord<From, Found> extends ByText<From, Found>, Described {
  holds: (principal: Principal, record: Found) => boolean;
}

/** Without types, which the overloads have checked. */
interface AnySource {
  from?: Type | undefined;
  findById?: ((id: number, from: never) => Promise<unknown>) | undefined;
  find?: ((value: string, from: never) => Promise<unknown>) | undefined;
}

/**
 * A rule about the parameter of the path itself, or about the record that it names: by the number of its row, of which
 * no other spelling finds it, or by a text. `from` is the class that finds it.
 */
export function recordRule<From, Found>(rule: AboutRow<From, Found>): RecordRule;
export function recordRule<From, Found>(rule: AboutRecord<From, Found>): RecordRule;
export function recordRule(rule: AboutParameter): RecordRule;
export function recordRule({ from, findById, find, ...rule }: RecordRule & AnySource): RecordRule {
  return { ...rule, source: sourceOf({ from, findById, find }) };
}

/** A record of no condition, for `@Found`: by the number of its row in the path. */
export function recordById<From, Found>(record: ByRowId<From, Found> & { parameter?: string }): RecordInPath {
  return { parameter: record.parameter ?? 'id', source: sourceOf(record) };
}

function sourceOf({ from, findById, find }: AnySource): RecordSource | undefined {
  if (!from) return undefined;
  const byRowId = (value: string, provider: never) => {
    const id = parseRowId(value);
    return id === null || !findById ? Promise.resolve(null) : findById(id, provider);
  };
  return { from, find: find ?? byRowId };
}

/** The records that a request is about, by what asks for them. */
export type Records = ReadonlyMap<RecordInPath, unknown>;

export const noRecords: Records = new Map();
