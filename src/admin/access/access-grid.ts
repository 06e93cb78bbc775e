import { decide } from '../../access/decide';
import { describeRule } from '../../access/describe-rule';
import type { MapEntry } from '../../access/entries';
import { Principal } from '../../access/principal';
import type { Rule } from '../../access/rule';

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
  const rowOf = (entry: MapEntry) => ({
    ...entryRow(entry),
    cells: people.map((person) => cellOf(entry, person, now)),
  });
  return {
    roles: roles.map(({ id, name }) => ({ name, href: roleHref(id) })),
    columns: people.length + 1,
    areas: byArea(entries).map(({ area, entries }) => ({ area, rows: entries.map(rowOf) })),
  };
}

/** Each area with what belongs to it. */
export function byArea(entries: readonly MapEntry[]): { area: string; entries: MapEntry[] }[] {
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
