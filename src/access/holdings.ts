/** A role somebody holds, with what it carries, and for how long. */
export interface HeldRole {
  readonly role: string;
  readonly permissions: readonly string[];
  /** `null`: from the beginning. */
  readonly from: Date | null;
  /** The moment at which it ends; `null`: it does not. */
  readonly until: Date | null;
}

/** Everything somebody holds. Whether a grant counts is asked for a moment, so that none ends by a job that has to run. */
export class Holdings {
  private readonly byRole = new Map<string, HeldRole[]>();
  private readonly byPermission = new Map<string, HeldRole[]>();

  constructor(readonly held: readonly HeldRole[]) {
    for (const grant of [...held].sort(lastingLongerFirst)) {
      add(this.byRole, grant.role, grant);
      for (const permission of grant.permissions) add(this.byPermission, permission, grant);
    }
  }

  /** The grant by which this role is held at that moment, of several the one that ends last. */
  grantOfRole(role: string, now: Date): HeldRole | undefined {
    return this.byRole.get(role)?.find((grant) => counts(grant, now));
  }

  /** The grant that carries this permission at that moment, of several the one that ends last. */
  grantOfPermission(permission: string, now: Date): HeldRole | undefined {
    return this.byPermission.get(permission)?.find((grant) => counts(grant, now));
  }
}

export function counts({ from, until }: Pick<HeldRole, 'from' | 'until'>, now: Date): boolean {
  return (from === null || from.getTime() <= now.getTime()) && !hasEnded({ until }, now);
}

export function hasEnded({ until }: Pick<HeldRole, 'until'>, now: Date): boolean {
  return until !== null && until.getTime() <= now.getTime();
}

/** In milliseconds since 1970; `Infinity` for what does not end. */
export function endOf({ until }: Pick<HeldRole, 'until'>): number {
  return until?.getTime() ?? Infinity;
}

function lastingLongerFirst(one: HeldRole, other: HeldRole): number {
  const [end, otherEnd] = [endOf(one), endOf(other)];
  return end === otherEnd ? 0 : otherEnd > end ? 1 : -1;
}

function add(grants: Map<string, HeldRole[]>, name: string, grant: HeldRole): void {
  const known = grants.get(name);
  if (known) known.push(grant);
  else grants.set(name, [grant]);
}
