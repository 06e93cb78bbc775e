import { builtInRoleNames, permissionNames, rolesThatBeginWith } from './catalogue';
import { decide } from './decide';
import { describeRule } from './describe-rule';
import { nameOf } from './entries';
import type { HeldRole } from './holdings';
import type { Mount } from './mounts';
import type { BuiltInRole } from './names';
import { Principal } from './principal';
import type { Route } from './route';

const NOW = new Date(0);

/**
 * `access.lock`: every route with its title and area, its rule, and for whom it opens; then what may answer without a
 * rule. Generated; reviewed in the diff, so no line depends on another route, nor on a role that the route is closed to.
 */
export function lockFile(routes: readonly Route[], mounts: readonly Mount[]): string {
  const unjudged = mounts.map(({ name, at, reason }) => `${name} (${at.join(' ')}): ${reason}\n`);
  return [...routes.map(linesOf), '\n# without a rule (where): why\n', ...unjudged].join('');
}

function linesOf(route: Route): string {
  const { method, rule, title, area, status } = route;
  const opens = method === 'GET' && status !== 200 ? `sends on (${status})` : 'opens for';
  const lines = [
    `${nameOf(route)} — ${title ?? 'no title'} (${area ?? 'no area'})`,
    `  rule: ${describeRule(rule)}`,
    `  ${opens}: ${whomOf(route).join(', ') || 'no built-in role'}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** "anyone", "not signed in", "signed in", or the built-in roles that let in; "(own)" where only to what is theirs. */
function whomOf(route: Route): string[] {
  if (route.rule.kind !== 'all-of') return [describeRule(route.rule)];
  const ofAll = outcome(route, somebody);
  const more = builtInRoleNames().filter((role) => outcome(route, holderOf(role)) !== ofAll);
  return [...letIn('signed in', ofAll), ...more.flatMap((role) => letIn(role, outcome(route, holderOf(role))))];
}

function letIn(whom: string, outcome: string): string[] {
  if (outcome === '403') return [];
  return [outcome === 'own' ? `${whom} (own)` : whom];
}

/** `200`, `303` and `open`: let in, or sent on to a page with a rule of its own. `own`: only for such a record. `login`: sent to sign in. `home`: sent on, being signed in already. `403`: refused. `verify`: sent to prove who they are. */
export function outcome({ method, rule, status }: Route, person: Principal | null): string {
  const decision = decide(rule, person, NOW);
  if (decision.allowed) return method === 'GET' ? String(status) : 'open';
  return {
    'sign-in-first': 'login',
    'already-signed-in': 'home',
    forbidden: '403',
    depends: 'own',
    'prove-again': 'verify',
  }[decision.refusal];
}

/** Somebody who is signed in and holds nothing. */
const somebody = personWith([]);

/** Somebody with what the catalogue gives a built-in role. */
function holderOf(role: BuiltInRole): Principal {
  const permissions = permissionNames().filter((name) => rolesThatBeginWith(name).includes(role));
  return personWith([{ role, permissions, from: null, until: null }]);
}

function personWith(held: readonly HeldRole[]): Principal {
  return new Principal({ id: 0, email: '', name: '', hasConfiguredPassword: false }, held);
}
