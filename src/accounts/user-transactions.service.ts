import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { PermissionName } from '../access/names';
import type { Actor } from '../audit/actor';
import { AuditService, type Entry } from '../audit/audit.service';
import type { AuditAction } from '../audit/event-names';
import { Clock } from '../config/clock';
import { Database } from '../database/database';
import { Authority } from '../roles/authority';
import { findUser } from '../users/find-user';
import type { User } from '../users/user.entity';

/** What every change of a user is: one transaction, made with authority over them, and recorded. */
@Injectable()
export class UserTransactions {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /** @throws UserNotFound, NotPermitted, BeyondAuthority */
  async change<T>(
    actor: Actor,
    email: string,
    work: (manager: EntityManager, user: User, authority: Authority) => Promise<T>,
    permissionOnOwn: PermissionName = 'users-write',
  ): Promise<T> {
    return this.database.changeAccess(async (manager) => {
      const user = await findUser(manager, email);
      const authority = await Authority.over(manager, actor, user.id, this.clock.now(), permissionOnOwn);
      return work(manager, user, authority);
    });
  }

  async record(
    manager: EntityManager,
    actor: Actor,
    action: AuditAction,
    user: User,
    change: Pick<Entry, 'roleId' | 'before' | 'after' | 'personal' | 'reason' | 'undoes'>,
  ): Promise<void> {
    await this.audit.append(manager, { actor, action, subject: `user ${user.id}`, ...change });
  }
}
