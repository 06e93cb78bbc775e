import { aligned } from '../command-line/output';
import { builtInRoles, permissionCatalogue, permissionNames, type BuiltInRole } from './catalogue';
import type { Route } from './access-map';
import { decide } from './decide';
import type { Mount } from './mounts';
import { Principal } from './principal';
import { describeRule } from './words';

const NOW = new Date(0);

/** The kinds of person that the lock tells about: nobody, and somebody with what the catalogue gives a built-in role. */
const people: Record<string, Principal | null> = {
  visitor: null,
  ...Object.fromEntries((Object.keys(builtInRoles) as BuiltInRole[]).map((role) => [role, holderOf(role)])),
};

/**
 * `access.lock`: every route, its rule in words, and what each kind of person gets; then what may answer without a rule.
 * Generated; reviewed in the diff.
 */
export function lockFile(routes: readonly Route[], mounts: readonly Mount[]): string {
  const headings = ['# route', 'rule', ...Object.keys(people)];
  const rows = routes.map((route) => [
    `${route.method} ${route.path}`,
    describeRule(route.rule),
    ...Object.values(people).map((person) => outcome(route, person)),
  ]);
  const unjudged = mounts.map(({ name, at, reason }) => `${name} (${at.join(' ')}): ${reason}\n`);
  return [aligned([headings, ...rows]), '\n# without a rule (where): why\n', ...unjudged].join('');
}

/** `200`, `303` and `open`: let in, or sent on to a page with a rule of its own. `own`: only for such a record. `login`: sent to sign in. `home`: sent on, being signed in already. `403`: refused. */
export function outcome({ method, rule, status }: Route, person: Principal | null): string {
  const decision = decide(rule, person, NOW);
  if (decision.allowed) return method === 'GET' ? String(status) : 'open';
  return { 'sign-in-first': 'login', 'already-signed-in': 'home', forbidden: '403', depends: 'own' }[decision.refusal];
}

function holderOf(role: BuiltInRole): Principal {
  const permissions = permissionNames.filter((name) =>
    (permissionCatalogue[name].roles as readonly string[]).includes(role),
  );
  return new Principal({ id: 0, email: '', name: '', hasConfiguredPassword: false }, [
    { role, permissions, from: null, until: null },
  ]);
}
