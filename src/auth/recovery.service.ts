import { Injectable } from '@nestjs/common';
import { UsersService } from '../accounts/users.service';
import { Database } from '../database/database';
import { PasswordLinks } from '../credentials/password-links.service';
import { AnswersByMail, type MailRequest, type MailRequestAnswer } from '../mail/mail-request';
import { User } from '../users/user.entity';
import { AttemptLimits } from './attempt-limits';

/** Mails a link to whoever has forgotten their password and has an active account, a few times an hour. */
@AnswersByMail
@Injectable()
export class Recovery implements MailRequestAnswer {
  readonly request = 'recovery';

  constructor(
    private readonly database: Database,
    private readonly users: UsersService,
    private readonly links: PasswordLinks,
    private readonly limits: AttemptLimits,
  ) {}

  async answer({ email, data, take }: MailRequest): Promise<void> {
    const user = await this.users.findByEmail(email);
    if (!user?.active || !(await this.limits.mayMailRecovery(user.id))) return;
    const actor = { kind: 'visitor', ip: String(data.ip), requestId: String(data.requestId) } as const;
    await this.database.changeAccess(async (manager) => {
      if (!(await take(manager))) return;
      const still = await manager.findOneBy(User, { id: user.id, email: user.email, active: true });
      if (still) await this.links.mailRecovery(manager, actor, still);
    });
  }
}
