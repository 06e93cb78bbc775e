import { Injectable } from '@nestjs/common';
import { Database } from '../database/database';
import { AnswersByMail, type MailRequest, type MailRequestAnswer } from '../mail/mail-request';
import { Outbox } from '../mail/outbox.service';
import { Notices } from '../notices/notices.service';
import { findByEmail } from '../users/find-user';

/** Tells the owner of an account whose password is being guessed. Whoever guesses sees nothing of it, nor whether there is one. */
@AnswersByMail
@Injectable()
export class AttackedAccounts implements MailRequestAnswer {
  readonly request = 'account attacked';

  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly notices: Notices,
  ) {}

  async tellOwner(email: string): Promise<void> {
    await this.database.transaction((manager) => this.outbox.ask(manager, this.request, { email, data: {} }));
  }

  async answer({ email, take }: MailRequest): Promise<void> {
    await this.database.transaction(async (manager) => {
      if (!(await take(manager))) return;
      const user = await findByEmail(manager, email);
      const actor = { kind: 'visitor', ip: '', requestId: '' } as const;
      if (user) await this.notices.tell(manager, [{ userId: user.id, event: this.request, actor }]);
    });
  }
}
