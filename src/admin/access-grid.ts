import type { Route } from '../access/access-map';
import { decide } from '../access/decide';
import { Principal } from '../access/principal';
import { describeRule } from '../access/words';

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

/** Every route beside what a visitor gets there, and somebody who holds one role and no other. */
export function accessGrid(routes: readonly Route[], roles: readonly Role[], now: Date) {
  const people = [null, ...roles.map(holderOf)];
  return {
    roles: roles.map(({ id, name }) => ({ name, href: roleHref(id) })),
    rows: routes.map((route) => ({
      name: routeName(route),
      href: routeHref(route),
      rule: describeRule(route.rule),
      cells: people.map((person) => cellOf(route, person, now)),
    })),
  };
}

/** Like `GET /admin`. */
export function routeName({ method, path }: Route): string {
  return `${method} ${path}`;
}

export function roleHref(id: number): string {
  return `/admin/roles/${id}`;
}

export function routeHref(route: Route, after?: number): string {
  const query = new URLSearchParams({ route: routeName(route), ...(after ? { after: String(after) } : {}) });
  return `/admin/access/route?${query.toString()}`;
}

/** Somebody who holds this role for ever, and no other. */
export function holderOf({ name, permissions }: Omit<Role, 'id'>): Principal {
  return new Principal({ id: 0, email: '', name: '', hasConfiguredPassword: false }, [
    { role: name, permissions, from: null, until: null },
  ]);
}

export function cellOf({ rule }: Route, person: Principal | null, now: Date): Cell {
  const decision = decide(rule, person, now);
  if (decision.allowed) return { word: 'open', kind: 'open' };
  if (decision.refusal === 'depends') return { word: 'own', kind: 'own' };
  if (decision.refusal === 'forbidden') return { word: 'closed', kind: 'closed' };
  return { word: decision.refusal === 'sign-in-first' ? 'sign in' : 'sent on', kind: 'elsewhere' };
}
