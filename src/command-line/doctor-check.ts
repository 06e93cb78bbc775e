import { defineHook } from '../hook';

export interface DoctorCheck {
  /** A sentence for each thing to mend: what is wrong, and what to do. The database is not open. */
  thingsToMend(): Promise<string[]>;
}

/** `@CheckedByDoctor` on a provider: the command `doctor` says what of its feature is to mend. */
export const CheckedByDoctor = defineHook<DoctorCheck>();
