import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Actor } from '../audit/actor';
import { nameWithoutId } from '../audit/describe-event';
import { Clock } from '../config/clock';
import { DomainError } from '../database/errors';
import { everythingIn } from '../roles/carried';
import { summaryOf } from '../roles/find-role';
import { versionOf } from '../roles/role-version';
import { Role } from '../roles/role.entity';
import { RolesService } from '../roles/roles.service';
import type { Undo } from './change';
import { eventsOf, NothingToUndo } from './confirmed-change';
import type { Effect } from './effect';
import { Measurement } from './measurement.service';
import { editsIn, editsSince, withoutEdit } from './role-edit';

/** A role whose change was to be undone is no more. */
export class RoleIsGone extends DomainError {
  constructor(subject: string) {
    super(`The ${nameWithoutId(subject)} was deleted since, so its change can’t be undone.`);
  }
}

/** Takes back a confirmed edit of a role, by another one: what of it was edited since stays as it is. */
@Injectable()
export class RoleUndos {
  constructor(
    private readonly measurement: Measurement,
    private readonly roles: RolesService,
    private readonly clock: Clock,
  ) {}

  /** @throws NothingToUndo, RoleIsGone, and what `RolesService.edit` throws */
  async make(manager: EntityManager, actor: Actor, undo: Undo & { what: 'roles' }): Promise<Effect> {
    const [edit] = editsIn(await eventsOf(manager, undo.of, this.clock.now()));
    if (!edit) throw new NothingToUndo();
    const { roleId, subject, sequence, at } = edit.event;
    const found = await manager.findOne(Role, { where: { id: roleId ?? 0 }, relations: { carried: true } });
    if (!found) throw new RoleIsGone(subject);
    const role = summaryOf(found);
    const now = { name: role.name, description: role.description, permissions: everythingIn(role) };
    const { content, restored, kept } = withoutEdit(edit, await editsSince(manager, role.id, edit), now);
    const to = { ...content, base: versionOf(now) };
    const doing = { change: undo, baseline: { to, kept }, holders: 'keep' } as const;
    const effect = await this.measurement.ofRole(manager, role, doing, () =>
      this.roles.edit(actor, role.name, to, sequence),
    );
    return { ...effect, undone: { what: 'roles', role, name: to.name, restored, kept, actor: edit.event.actor, at } };
  }
}
