import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../config/clock';
import { nameOfActor, type Actor } from './actor';
import { AuditEvent } from './audit-event.entity';

export type AuditAction =
  | 'user.create'
  | 'user.register'
  | 'user.activate'
  | 'user.deactivate'
  | 'user.delete'
  | 'user.change-password'
  | 'user.end-sessions'
  | 'role.create'
  | 'role.delete'
  | 'role.change-permissions'
  | 'permission.add'
  | 'grant.add'
  | 'grant.change'
  | 'grant.remove';

interface Entry {
  actor: Actor;
  action: AuditAction;
  /** "user 12", "role Crew" */
  subject: string;
  before?: object;
  after?: object;
  reason?: string | null;
}

/** Appends to the record, inside the transaction of the change it tells of: both happen or neither. */
@Injectable()
export class AuditService {
  constructor(private readonly clock: Clock) {}

  async append(manager: EntityManager, { actor, action, subject, before, after, reason }: Entry): Promise<void> {
    await manager.insert(AuditEvent, {
      at: this.clock.now(),
      actor: nameOfActor(actor),
      action,
      subject,
      before: before ? JSON.stringify(before) : null,
      after: after ? JSON.stringify(after) : null,
      reason: reason ?? null,
      ip: 'ip' in actor ? actor.ip : null,
      requestId: 'requestId' in actor ? actor.requestId : null,
    });
  }
}
