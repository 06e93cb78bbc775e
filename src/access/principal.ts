import { Holdings, type HeldRole } from './holdings';

export interface Identity {
  readonly id: number;
  readonly email: string;
  readonly name: string;
  /** Whether the password is still the one from the configuration. */
  readonly hasConfiguredPassword: boolean;
}

/** A person as decisions see them: who they are and what they hold. A visitor is `null`. */
export class Principal extends Holdings implements Identity {
  readonly id: number;
  readonly email: string;
  readonly name: string;
  readonly hasConfiguredPassword: boolean;

  constructor(identity: Identity, held: readonly HeldRole[]) {
    super(held);
    ({ id: this.id, email: this.email, name: this.name, hasConfiguredPassword: this.hasConfiguredPassword } = identity);
  }
}
