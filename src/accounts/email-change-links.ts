import { Injectable } from '@nestjs/common';
import { In, IsNull, MoreThan, type FindOptionsWhere } from 'typeorm';
import { Clock } from '../config/clock';
import { Database } from '../database/database';
import { LinkedInMail, type MailedLink } from '../mail/mailed-link';
import { EmailChange } from './email-change.entity';

/** Links by which the owner of a new address confirms that it is theirs. */
@LinkedInMail
@Injectable()
export class NewEmailLinks implements MailedLink {
  readonly kind = 'new-email';
  readonly path = '/confirm-email';

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async endsOf(ids: readonly string[]): Promise<Map<string, Date>> {
    const found = await this.database.read.findBy(EmailChange, { id: In(ids), ...waiting(this.clock.now()) });
    return new Map(found.map(({ id, confirmUntil }) => [id, new Date(confirmUntil)]));
  }
}

/** Links by which the owner of an address undoes that it is changed. */
@LinkedInMail
@Injectable()
export class UndoEmailLinks implements MailedLink {
  readonly kind = 'undo-email';
  readonly path = '/undo-email';

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async endsOf(ids: readonly string[]): Promise<Map<string, Date>> {
    const found = await this.database.read.findBy(EmailChange, { id: In(ids), ...undoable(this.clock.now()) });
    return new Map(found.map(({ id, undoUntil }) => [id, new Date(undoUntil)]));
  }
}

/** Those that wait to be confirmed. */
export function waiting(now: Date): FindOptionsWhere<EmailChange> {
  return { confirmedAt: IsNull(), confirmUntil: MoreThan(now.getTime()) };
}

/** Those that can still be undone, confirmed or not. */
export function undoable(now: Date): FindOptionsWhere<EmailChange> {
  return { undoUntil: MoreThan(now.getTime()) };
}
