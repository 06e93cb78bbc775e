import type { GrantPeriod } from '../roles/grant-period';
import type { RoleContent } from '../roles/role-version';

interface OfUsers {
  users: readonly number[];
  reason: string | null;
}

/** A change of who may do what, as one decides about it: first its effect is shown, then it is made. */
export type UserChange = OfUsers &
  (
    | { change: 'activate' | 'deactivate' | 'delete' }
    | { change: 'revoke'; role: string }
    | ({ change: 'grant'; role: string } & Pick<GrantPeriod, 'from' | 'until'>)
    | ({ change: 'change-end'; role: string } & Pick<GrantPeriod, 'until'>)
  );

export type RoleChange =
  { change: 'edit'; role: string; to: RoleContent & { base: string } } | { change: 'delete'; role: string };

/** Takes back what was confirmed by a request (`of`) within the last ten minutes. What has changed since stays as it is. */
export type Undo = { change: 'undo'; of: string } & ({ what: 'users'; reason: string | null } | { what: 'roles' });

export type Change = UserChange | RoleChange | Undo;
