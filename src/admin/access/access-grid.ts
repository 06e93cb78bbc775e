import { decide } from '../../access/decide';
import { conditionsInWords, describeRule } from '../../access/describe-rule';
import type { MapEntry } from '../../access/entries';
import { Principal } from '../../access/principal';
import { withoutProof, type Rule } from '../../access/rule';

export interface Role {
  id: number;
  name: string;
  permissions: readonly string[];
}

interface Cell {
  /** What the page says, and the class that colours it. */
  word: string;
  kind: 'open' | 'own' | 'closed' | 'elsewhere';
}

/** Everything on the map, by area, beside what a visitor gets there, and somebody who holds one role and no other. */
export function accessGrid(entries: readonly MapEntry[], roles: readonly Role[], now: Date) {
  const people = [null, ...roles.map(holderOf)];
  return {
    roles: roles.map(({ id, name }) => ({ name, href: roleHref(id) })),
    areas: byArea(entries).map(({ area, entries }) => {
      const conditions = entries.map(({ rule }) => conditionsInWords(withoutProof(rule)));
      const shared = sharedBy(conditions);
      const rows = entries.map((entry, i) => ({
        ...entryRow(entry),
        more: without(conditions[i]!, shared).join('; and '),
        cells: people.map((person) => cellOf(entry, person, now)),
      }));
      const totals = people.map((_, i) => rows.filter(({ cells }) => opens(cells[i]!)).length);
      return { area, shared: shared.join('; and '), rows, totals };
    }),
  };
}

/** What all of them have in common. */
function sharedBy([first = [], ...others]: readonly string[][]): string[] {
  return first.filter((condition) => others.every((conditions) => conditions.includes(condition)));
}

function without(conditions: readonly string[], shared: readonly string[]): string[] {
  return conditions.filter((condition) => !shared.includes(condition));
}

function opens({ kind }: Cell): boolean {
  return kind === 'open' || kind === 'own';
}

/** Whether they can use it, if only for what is their own. */
export function isOpenTo(person: Principal | null, { rule }: { rule: Rule }, now: Date): boolean {
  return opens(cellOf({ rule }, person, now));
}

/** Each area with what belongs to it. */
export function byArea<T extends Pick<MapEntry, 'area'>>(entries: readonly T[]): { area: string; entries: T[] }[] {
  const areas = [...new Set(entries.map(({ area }) => area))];
  return areas.map((area) => ({ area: area ?? 'In no area', entries: entries.filter((entry) => entry.area === area) }));
}

/** What a page shows of it, which views/ tells in words. */
export function entryRow(entry: MapEntry) {
  return { name: entry.name, href: entryHref(entry), rule: describeRule(entry.rule) };
}

export function roleHref(id: number): string {
  return `/admin/roles/${id}`;
}

export function entryHref({ name }: Pick<MapEntry, 'name'>, after?: number): string {
  const query = new URLSearchParams({ route: name, ...(after ? { after: String(after) } : {}) });
  return `/admin/access/route?${query.toString()}`;
}

/** Somebody who holds this role for ever, and no other. */
export function holderOf({ name, permissions }: Omit<Role, 'id'>): Principal {
  return new Principal({ id: 0, email: '', name: '', hasConfiguredPassword: false }, [
    { role: name, permissions, from: null, until: null },
  ]);
}

export function cellOf({ rule }: { rule: Rule }, person: Principal | null, now: Date): Cell {
  const decision = decide(rule, person, now);
  if (decision.allowed) return { word: 'open', kind: 'open' };
  if (decision.refusal === 'depends') return { word: 'own', kind: 'own' };
  if (decision.refusal === 'forbidden') return { word: 'closed', kind: 'closed' };
  return { word: decision.refusal === 'sign-in-first' ? 'sign in' : 'sent on', kind: 'elsewhere' };
}
