import { Injectable } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import { UserGrants } from '../accounts/user-grants.service';
import { UsersService } from '../accounts/users.service';
import type { Actor } from '../audit/actor';
import { Clock } from '../config/clock';
import { summaryOf } from '../roles/find-role';
import { Grant } from '../roles/grant.entity';
import { versionOf } from '../roles/role-version';
import { Role } from '../roles/role.entity';
import { UserNames } from '../users/user-names.service';
import { lastChangesSince, partsIn, type AccountPart } from './account-parts';
import type { Undo, UserChange } from './change';
import { eventsOf, NothingToUndo } from './confirmed-change';
import { outcomeOf, type Effect, type Outcome } from './effect';
import { Measurement } from './measurement.service';
import { whyKept, type Found } from './why-kept';

/**
 * Takes back a confirmed change of people, part by part: a part that something has changed since stays as it is. It is made
 * by the services that make every change, and so judged by what the one who undoes it holds now.
 */
@Injectable()
export class UserUndos {
  constructor(
    private readonly measurement: Measurement,
    private readonly users: UsersService,
    private readonly grants: UserGrants,
    private readonly names: UserNames,
    private readonly clock: Clock,
  ) {}

  /** Each outcome says what happened. @throws NothingToUndo */
  async make(manager: EntityManager, actor: Actor, { of, what, reason }: Undo & { what: 'users' }): Promise<Effect> {
    const events = await eventsOf(manager, of, this.clock.now());
    const [[first], parts] = [events, partsIn(events)];
    if (!first || parts.length === 0) throw new NothingToUndo();
    const users = [...new Set(parts.map(({ user }) => user))];
    const found = await this.find(manager, users, parts);
    const baseline = { parts, grants: found.grants, roles: [...found.roles.values()].map(summaryOf).map(versionOf) };
    const effect = await this.measurement.ofUsers(manager, users, { change: { of, what }, baseline }, async () => {
      const outcomes: Outcome[] = [];
      for (const part of parts) outcomes.push(await this.undoPart(actor, part, reason, found));
      return outcomes;
    });
    const change = changeOf(parts, users, found);
    return { ...effect, undone: { what, change, parts, actor: first.actor, at: first.at } };
  }

  private async find(manager: EntityManager, users: readonly number[], parts: readonly AccountPart[]): Promise<Found> {
    const ids = [...new Set(parts.flatMap(({ role }) => role?.id ?? []))];
    const roles = await manager.find(Role, {
      where: { id: In(ids) },
      relations: { carried: true },
      order: { id: 'ASC' },
    });
    const where = { userId: In([...users]), roleId: In(ids) };
    return {
      roles: new Map(roles.map((role) => [role.id, role])),
      grants: await manager.find(Grant, { where, order: { userId: 'ASC', roleId: 'ASC' } }),
      addresses: await this.names.addressesOf(users),
      since: await lastChangesSince(manager, parts),
      now: this.clock.now(),
    };
  }

  private async undoPart(actor: Actor, part: AccountPart, reason: string | null, found: Found): Promise<Outcome> {
    const { user } = part;
    const kept = whyKept(part, found);
    if (kept) return { user, ...kept };
    return outcomeOf(user, () => this.restore(actor, part, reason, found));
  }

  private restore(
    actor: Actor,
    part: AccountPart,
    reason: string | null,
    { addresses, roles }: Found,
  ): Promise<boolean> {
    const [address, undoes] = [addresses.get(part.user) ?? '', part.event];
    if (part.role) {
      const { name } = roles.get(part.role.id) ?? part.role;
      return this.grants.restore(actor, address, name, part.was, { reason, undoes });
    }
    return part.wasActive
      ? this.users.activate(actor, address, reason, undoes)
      : this.users.deactivate(actor, address, reason, undoes);
  }
}

/** What is undone, as somebody would have asked for it. */
function changeOf(parts: readonly AccountPart[], users: readonly number[], { roles }: Found): UserChange {
  const [actions, concerned] = [parts.map(({ action }) => action), { users, reason: null }];
  const [known] = parts.flatMap(({ role }) => role ?? []);
  const role = (known && roles.get(known.id)?.name) ?? known?.name ?? '';
  if (actions.includes('grant.add')) return { change: 'grant', ...concerned, role };
  if (actions.includes('grant.change')) return { change: 'change-end', ...concerned, role };
  if (actions.includes('grant.remove')) return { change: 'revoke', ...concerned, role };
  return { change: actions.includes('user.activate') ? 'activate' : 'deactivate', ...concerned };
}
