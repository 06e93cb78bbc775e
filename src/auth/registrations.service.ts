import { Injectable } from '@nestjs/common';
import { EmailConfirmations } from '../credentials/email-confirmations.service';
import { Database } from '../database/database';
import { AnswersByMail, type MailRequest, type MailRequestAnswer } from '../mail/mail-request';
import { AttemptLimits } from './attempt-limits';

/** Mails who registered a link to confirm their address, or who has an account already that somebody did; a few times an hour and day. */
@AnswersByMail
@Injectable()
export class Registrations implements MailRequestAnswer {
  readonly request = 'registration';

  constructor(
    private readonly database: Database,
    private readonly confirmations: EmailConfirmations,
    private readonly limits: AttemptLimits,
  ) {}

  async answer({ email, data, take }: MailRequest): Promise<void> {
    const id = String(data.confirmation);
    if (!(await this.limits.mayMailRegistration(email, String(data.ip)))) return this.confirmations.forget(id);
    await this.database.transaction(async (manager) => {
      if (await take(manager)) await this.confirmations.mailRegistration(manager, id);
    });
  }
}
