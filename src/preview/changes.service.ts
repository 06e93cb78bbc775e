import { Injectable } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import { UserGrants } from '../accounts/user-grants.service';
import { UsersService } from '../accounts/users.service';
import type { Actor } from '../audit/actor';
import { Database } from '../database/database';
import { DomainError } from '../database/errors';
import { findRole, summaryOf } from '../roles/find-role';
import { Grant } from '../roles/grant.entity';
import { versionOf } from '../roles/role-version';
import { Role } from '../roles/role.entity';
import { RolesService } from '../roles/roles.service';
import { UserNames } from '../users/user-names.service';
import type { Change, RoleChange, Undo, UserChange } from './change';
import { outcomeOf, type Effect, type Outcome } from './effect';
import { earlierEndOf } from './effect-digest';
import { Measurement } from './measurement.service';
import { RoleUndos } from './role-undos.service';
import { UserUndos } from './user-undos.service';

/** The effect differs from the one that was shown, or none was shown. Nothing was changed. */
export class PreviewIsStale extends DomainError {
  constructor(
    readonly effect: Effect,
    digest: string,
  ) {
    super(
      digest === ''
        ? 'Look at the effect first. Nothing was changed.'
        : 'This would have another effect than the one you were shown: you changed a field, or somebody has changed something since. Nothing is saved yet. Below stands what it would do now: confirm it if that is right.',
    );
  }
}

/**
 * Shows a change before it is made. A preview *is* the change, made by the same services under the lock, measured, and
 * undone; so it refuses what would be refused, and shows what would happen.
 */
@Injectable()
export class Changes {
  constructor(
    private readonly database: Database,
    private readonly measurement: Measurement,
    private readonly users: UsersService,
    private readonly grants: UserGrants,
    private readonly names: UserNames,
    private readonly roles: RolesService,
    private readonly userUndos: UserUndos,
    private readonly roleUndos: RoleUndos,
  ) {}

  /** @throws what the services throw for a change of a role, and NothingToUndo; for users, each outcome says what happened. */
  preview(actor: Actor, change: Change): Promise<Effect> {
    return this.database.dryRun((manager) => this.make(manager, actor, change));
  }

  /** Of several, each as if it were the only one. @throws what `preview` throws */
  previewEach(actor: Actor, changes: readonly Change[]): Promise<Effect[]> {
    return this.database.dryRun(async () => {
      const effects: Effect[] = [];
      for (const change of changes) effects.push(await this.preview(actor, change));
      return effects;
    });
  }

  /**
   * Makes the change if its effect is the one that was shown. A role may be given for a shorter time than was shown, if
   * that alone is the difference.
   *
   * @param shownUntil with which end a role was shown as given, null for ever; undefined: with the one that it is given with
   * @throws PreviewIsStale, and what `preview` throws
   */
  confirm(actor: Actor, change: Change, digest: string, shownUntil?: Date | null): Promise<Effect> {
    return this.database.changeAccess(async (manager) => {
      const effect = await this.make(manager, actor, change, shownUntil);
      if (![effect.digest, effect.digestOfLonger].includes(digest)) throw new PreviewIsStale(effect, digest);
      return effect;
    });
  }

  private make(manager: EntityManager, actor: Actor, change: Change, shownUntil?: Date | null): Promise<Effect> {
    if (change.change === 'undo') return this.undo(manager, actor, change);
    return 'users' in change
      ? this.changeUsers(manager, actor, change, shownUntil)
      : this.changeRole(manager, actor, change);
  }

  private undo(manager: EntityManager, actor: Actor, undo: Undo): Promise<Effect> {
    return undo.what === 'users'
      ? this.userUndos.make(manager, actor, undo)
      : this.roleUndos.make(manager, actor, undo);
  }

  private async changeUsers(
    manager: EntityManager,
    actor: Actor,
    change: UserChange,
    shownUntil?: Date | null,
  ): Promise<Effect> {
    const doing = {
      change: toBeConfirmed(change),
      baseline: { grants: await grantsBefore(manager, change) },
      earlierEnd: earlierEndOf(change, shownUntil),
    };
    return this.measurement.ofUsers(manager, change.users, doing, async () => {
      const outcomes: Outcome[] = [];
      for (const [user, email] of await this.names.addressesOf(change.users))
        outcomes.push(await outcomeOf(user, () => this.changeUser(actor, email, change)));
      return outcomes;
    });
  }

  private async changeRole(manager: EntityManager, actor: Actor, change: RoleChange): Promise<Effect> {
    const role = summaryOf(await findRole(manager, change.role));
    const isDeletion = change.change === 'delete';
    // An edit names the version that it was made from.
    const baseline = isDeletion ? { version: versionOf(role), holders: role.holders } : null;
    return this.measurement.ofRole(manager, role, { change, baseline, holders: isDeletion ? 'lose' : 'keep' }, () =>
      this.changeRoleItself(actor, change),
    );
  }

  /** @returns whether that changed anything. */
  private async changeRoleItself(actor: Actor, change: RoleChange): Promise<boolean> {
    if (change.change === 'edit') return this.roles.edit(actor, change.role, change.to);
    await this.roles.delete(actor, change.role);
    return true;
  }

  private async changeUser(actor: Actor, email: string, change: UserChange): Promise<boolean> {
    switch (change.change) {
      case 'activate':
        return this.users.activate(actor, email, change.reason);
      case 'deactivate':
        return this.users.deactivate(actor, email, change.reason);
      case 'delete':
        await this.users.delete(actor, email, change.reason);
        return true;
      case 'grant':
        return this.grants.give(actor, email, change.role, { ...change, reason: change.reason ?? undefined });
      case 'change-end':
        return this.grants.changeEnd(actor, email, change.role, change);
      case 'revoke':
        return this.grants.revoke(actor, email, change.role, change.reason);
    }
  }
}

/** The reason has no effect, so it may still be reworded when the change is confirmed. */
function toBeConfirmed(change: UserChange): object {
  const end = change.change === 'grant' ? { until: change.until ?? null } : {};
  return { ...change, reason: undefined, ...end };
}

/**
 * The role that is given or taken, and for which period each of the users has it. It is confirmed with the effect, as a
 * newer change of it may have none just now: on who can't sign in, or holds the same by another role.
 */
async function grantsBefore(manager: EntityManager, change: UserChange): Promise<object | null> {
  if (!('role' in change)) return null;
  const role = await manager.findOne(Role, { where: { name: change.role }, relations: { carried: true } });
  if (!role) return null;
  const where = { roleId: role.id, userId: In([...change.users]) };
  const grants = await manager.find(Grant, { where, order: { userId: 'ASC' } });
  return {
    version: versionOf(summaryOf(role)),
    periods: grants.map(({ userId, from, until }) => ({ userId, from, until })),
  };
}
