import { Refusal } from '../database/errors';
import type { Break } from './chain';

/** The first event that does not follow the one before it. */
export class AuditLogBroken extends Refusal {
  constructor({ sequence, kind }: Break) {
    super(
      kind === 'missing'
        ? `The audit log is broken: event ${sequence} was removed.`
        : `The audit log is broken at event ${sequence}: it was altered or inserted.`,
    );
  }

  static missing(sequence: number): AuditLogBroken {
    return new AuditLogBroken({ sequence, kind: 'missing' });
  }

  static altered(sequence: number): AuditLogBroken {
    return new AuditLogBroken({ sequence, kind: 'altered' });
  }
}

export class AuditLogNotChained extends Refusal {
  constructor() {
    super('The audit log of this database is not chained yet. Run "npm run seed" first.');
  }
}
