/** A role somebody holds, with what it carries and when it ends. */
export interface HeldRole {
  readonly role: string;
  readonly permissions: readonly string[];
  /** `null`: no end. */
  readonly until: Date | null;
}

export interface Identity {
  readonly id: number;
  readonly email: string;
  readonly name: string;
  /** Whether the password is still the one from the configuration. */
  readonly hasConfiguredPassword: boolean;
}

/** A person as decisions see him: who he is and what he holds. A visitor is `null`. */
export class Principal implements Identity {
  readonly id: number;
  readonly email: string;
  readonly name: string;
  readonly hasConfiguredPassword: boolean;
  private readonly byRole = new Map<string, HeldRole>();
  private readonly byPermission = new Map<string, HeldRole>();

  constructor(
    identity: Identity,
    readonly held: readonly HeldRole[],
  ) {
    ({ id: this.id, email: this.email, name: this.name, hasConfiguredPassword: this.hasConfiguredPassword } = identity);
    for (const grant of held) {
      keepLongest(this.byRole, grant.role, grant);
      for (const permission of grant.permissions) keepLongest(this.byPermission, permission, grant);
    }
  }

  /** The grant by which this role is held at that moment, of several the one that ends last. */
  grantOfRole(role: string, now: Date): HeldRole | undefined {
    return whileItLasts(this.byRole.get(role), now);
  }

  /** The grant that carries this permission at that moment, of several the one that ends last. */
  grantOfPermission(permission: string, now: Date): HeldRole | undefined {
    return whileItLasts(this.byPermission.get(permission), now);
  }
}

function keepLongest(grants: Map<string, HeldRole>, name: string, grant: HeldRole): void {
  const known = grants.get(name);
  if (!known || endOf(grant) > endOf(known)) grants.set(name, grant);
}

function endOf(grant: HeldRole): number {
  return grant.until?.getTime() ?? Infinity;
}

function whileItLasts(grant: HeldRole | undefined, now: Date): HeldRole | undefined {
  return grant && (grant.until === null || grant.until.getTime() > now.getTime()) ? grant : undefined;
}
