import { DomainError } from '../database/errors';
import type { Break, Head } from './chain';

/** The first event that does not follow the one before it, or a head that is not the newest event. */
export class AuditLogBroken extends DomainError {
  private constructor(fault: string) {
    super(`The audit log is broken${fault}`);
  }

  static at({ sequence, kind }: Break): AuditLogBroken {
    return kind === 'missing' ? AuditLogBroken.missing(sequence) : AuditLogBroken.altered(sequence);
  }

  static missing(sequence: number): AuditLogBroken {
    return new AuditLogBroken(`: event ${sequence} was removed.`);
  }

  static altered(sequence: number): AuditLogBroken {
    return new AuditLogBroken(` at event ${sequence}: it was altered or inserted.`);
  }

  static withoutHead(): AuditLogBroken {
    return new AuditLogBroken(': its head was removed.');
  }

  static headBefore({ sequence }: Head, newest: Head): AuditLogBroken {
    return new AuditLogBroken(
      `: its head was set back to event ${sequence}, and the newest is event ${newest.sequence}.`,
    );
  }
}

export class AuditLogWhole extends DomainError {
  constructor() {
    super('The audit log is whole, so there is nothing to chain anew.');
  }
}

/** SQLite keeps greater numbers than the program can name. */
export class EventOutOfReach extends DomainError {
  constructor(sequence: number) {
    super(`No event can have the number ${sequence}. Remove that row from audit_events first; nothing was changed.`);
  }
}
