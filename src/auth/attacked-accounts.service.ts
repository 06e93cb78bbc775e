import { Injectable } from '@nestjs/common';
import type { Origin } from '../access/origin';
import { Database } from '../database/database';
import { AnswersByMail, type MailRequest, type MailRequestAnswer } from '../mail/mail-request';
import { Outbox } from '../mail/outbox.service';
import { Notices } from '../notices/notices.service';
import { findByEmail } from '../users/find-user';

/** Tells the owner of an account whose password or second factor is being guessed. Whoever guesses sees nothing of it, nor whether there is one. */
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

  /** Once a day: who tried a wrong second factor knows the password. */
  async tellOfWrongFactor(userId: number, origin: Origin): Promise<void> {
    const event = 'wrong second factor';
    await this.database.transaction(async (manager) => {
      if ((await this.notices.countOfDay(manager, userId, event)) > 0) return;
      await this.notices.tell(manager, [{ userId, event, actor: { kind: 'visitor', ...origin } }]);
    });
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
