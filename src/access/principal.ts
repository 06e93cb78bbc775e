import { Holdings, type HeldRole } from './holdings';

export interface Identity {
  readonly id: number;
  readonly email: string;
  readonly name: string;
  /** Whether the password is still the one from the configuration. */
  readonly hasConfiguredPassword: boolean;
  /** The version of their second factors; without it, they have none. */
  readonly factorsVersion?: string | null;
}

/** A person as decisions see them: who they are and what they hold. A visitor is `null`. */
export class Principal extends Holdings implements Identity {
  readonly id: number;
  readonly email: string;
  readonly name: string;
  readonly hasConfiguredPassword: boolean;
  readonly factorsVersion: string | null;
  readonly hasSecondFactor: boolean;
  /**
   * When they last proved who they are in the session that asks; null where that is not known. Undefined where no session
   * asks, but a question about them.
   */
  readonly provedAt?: Date | null;

  constructor(identity: Identity, held: readonly HeldRole[]) {
    super(held);
    ({ id: this.id, email: this.email, name: this.name, hasConfiguredPassword: this.hasConfiguredPassword } = identity);
    this.factorsVersion = identity.factorsVersion ?? null;
    this.hasSecondFactor = this.factorsVersion !== null;
  }

  /** The same person in a session, in which they proved who they are at that moment. */
  inSession(provedAt: Date | null): Principal {
    return Object.assign(Object.create(Principal.prototype) as Principal, this, { provedAt });
  }
}
