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
