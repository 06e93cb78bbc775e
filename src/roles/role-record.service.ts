import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Actor } from '../audit/actor';
import { AuditService, type Entry } from '../audit/audit.service';
import { AccessState } from '../database/access-state.entity';
import { newVersion } from '../database/database';
import type { Role } from './role.entity';

/** Ends a change of roles: it takes effect at the next request, and is in the audit log. */
@Injectable()
export class RoleRecord {
  constructor(private readonly audit: AuditService) {}

  async ofRole(
    manager: EntityManager,
    actor: Actor,
    action: `role.${'create' | 'change' | 'delete' | 'change-permissions'}`,
    { id, name }: Pick<Role, 'id' | 'name'>,
    change: Pick<Entry, 'before' | 'after' | 'undoes'>,
  ): Promise<void> {
    await this.append(manager, { actor, action, subject: `role ${name}`, roleId: id, ...change });
  }

  async append(manager: EntityManager, entry: Entry): Promise<void> {
    await manager.update(AccessState, AccessState.id, { version: newVersion() });
    await this.audit.append(manager, entry);
  }
}
