import { Injectable } from '@nestjs/common';
import { EmailChanges } from '../accounts/email-changes.service';
import { Database } from '../database/database';
import { AnswersByMail, type MailRequest, type MailRequestAnswer } from '../mail/mail-request';
import { AttemptLimits } from './attempt-limits';

/** Mails the link to a new address, or its owner that somebody entered it; a few times an hour. */
@AnswersByMail
@Injectable()
export class EmailChangeMails implements MailRequestAnswer {
  readonly request = 'email change';

  constructor(
    private readonly database: Database,
    private readonly changes: EmailChanges,
    private readonly limits: AttemptLimits,
  ) {}

  async answer({ email, data, take }: MailRequest): Promise<void> {
    const isLeft = await this.limits.mayMailEmailChange(email);
    await this.database.transaction(async (manager) => {
      if ((await take(manager)) && isLeft) await this.changes.mailLink(manager, String(data.change));
    });
  }
}
