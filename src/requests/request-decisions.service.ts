import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AccessMap } from '../access/access-map';
import { Principal } from '../access/principal';
import type { Rule } from '../access/rule';
import type { Actor } from '../audit/actor';
import { AuditService } from '../audit/audit.service';
import { Clock } from '../config/clock';
import { Database } from '../database/database';
import { Notices } from '../notices/notices.service';
import type { UserChange } from '../preview/change';
import { Changes } from '../preview/changes.service';
import type { Effect } from '../preview/effect';
import { Authority, heldRolesOf } from '../roles/authority';
import { powerOf } from '../roles/find-role';
import { Role } from '../roles/role.entity';
import { User } from '../users/user.entity';
import { AccessRequest, type RequestState } from './access-request.entity';
import { OwnRequest, RequestClosed, RequestNotFound, RoleWouldNotDo } from './request-errors';
import { missingPermissions, suggestRoles, type RoleSuggestion } from './role-suggestions';

/** How somebody would approve: by which role, until when. */
export interface Approval {
  role: string;
  /** null and undefined: without an end, or with the one that there is. */
  until?: Date | null | undefined;
}

interface ShownApproval {
  digest: string;
  until?: Date | null | undefined;
}

type Decided = Exclude<RequestState, 'open' | 'withdrawn'>;

/** Answers what people ask for. An approval gives a role and closes the request in one transaction: both or neither. */
@Injectable()
export class RequestDecisions {
  constructor(
    private readonly accessMap: AccessMap,
    private readonly database: Database,
    private readonly changes: Changes,
    private readonly audit: AuditService,
    private readonly notices: Notices,
    private readonly clock: Clock,
  ) {}

  /** The roles that would do and that this person may give, the one with the fewest additional permissions first. */
  async choices(actor: Actor, request: AccessRequest): Promise<RoleSuggestion[]> {
    return this.rolesFor(this.database.read, actor, request);
  }

  /** The permissions that would do and no more, for a new role; null where permissions don't, or the route is gone. */
  async missing(request: AccessRequest): Promise<readonly string[] | null> {
    const rule = this.ruleOf(request);
    const person = await personOf(this.database.read, request);
    return rule && person ? missingPermissions(rule, person, this.clock.now()) : null;
  }

  /** What an approval would give. @throws what a change throws that can't be made */
  preview(actor: Actor, request: AccessRequest, approval: Approval): Promise<Effect> {
    return this.changes.preview(actor, changeOf(request, approval));
  }

  /**
   * @param shown the digest of the effect, and with which end it was shown; undefined: with that of the approval
   * @throws RequestNotFound, OwnRequest, RequestClosed, RoleWouldNotDo, PreviewIsStale, NotPermitted, BeyondAuthority
   */
  async approve(actor: Actor, id: number, approval: Approval, shown: ShownApproval): Promise<void> {
    await this.database.changeAccess(async (manager) => {
      const request = await this.close(manager, actor, id, 'approved', null);
      const roles = await this.rolesFor(manager, actor, request);
      if (!roles.some(({ name }) => name === approval.role))
        throw new RoleWouldNotDo('This role would not open what was asked for, or you may not give it.');
      const { outcomes } = await this.changes.confirm(actor, changeOf(request, approval), shown.digest, shown.until);
      const [outcome] = outcomes;
      if (outcome?.result !== 'changed') throw new RoleWouldNotDo(outcome?.sentence || 'That would change nothing.');
      await this.record(manager, actor, request, 'approved', { role: approval.role, until: approval.until });
    });
  }

  /** @throws RequestNotFound, OwnRequest, RequestClosed, NotPermitted */
  async decline(actor: Actor, id: number, answer: string): Promise<void> {
    await this.database.changeAccess(async (manager) => {
      const request = await this.close(manager, actor, id, 'declined', answer);
      await this.record(manager, actor, request, 'declined', {}, answer);
      const what = this.accessMap.entryOf(request.route)?.title ?? request.route;
      await this.notices.tell(manager, [
        { userId: request.userId, event: 'request declined', actor, after: { what, answer } },
      ]);
    });
  }

  /** Of two who decide, or of one who decides and one who withdraws, the update lets the first one. */
  private async close(manager: EntityManager, actor: Actor, id: number, state: Decided, answer: string | null) {
    const authority = await Authority.of(manager, actor, this.clock.now());
    authority.ensureHolds('users-write');
    const request = await manager.findOneBy(AccessRequest, { id });
    if (!request) throw new RequestNotFound();
    if (isOwnRequest(actor, request)) throw new OwnRequest();
    const decidedBy = actor.kind === 'user' ? actor.id : null;
    const closed = { state, openFor: null, decidedAt: this.clock.now(), decidedBy, answer };
    const { affected } = await manager.update(AccessRequest, { id, state: 'open' }, closed);
    if (affected !== 1) throw new RequestClosed();
    return request;
  }

  private async rolesFor(manager: EntityManager, actor: Actor, request: AccessRequest): Promise<RoleSuggestion[]> {
    const now = this.clock.now();
    const rule = this.ruleOf(request);
    const person = await personOf(manager, request);
    if (!rule || !person) return [];
    const authority = await Authority.of(manager, actor, now);
    const roles = await manager.find(Role, { relations: { carried: true } });
    const givable = roles.map((role) => powerOf(role, soonAfter(now))).filter((power) => authority.covers([power]));
    return suggestRoles(
      rule,
      person,
      givable.map(({ role, permissions }) => ({ name: role, permissions })),
      now,
    );
  }

  /** As it is now; none for a route that is gone. */
  private ruleOf({ route }: AccessRequest): Rule | undefined {
    return this.accessMap.entryOf(route)?.rule;
  }

  private async record(
    manager: EntityManager,
    actor: Actor,
    { userId, route }: AccessRequest,
    state: Decided,
    given: object,
    reason: string | null = null,
  ): Promise<void> {
    await this.audit.append(manager, {
      actor,
      action: state === 'approved' ? 'request.approve' : 'request.decline',
      subject: `user ${userId}`,
      after: { route, ...given },
      reason,
    });
  }
}

async function personOf(manager: EntityManager, { userId }: AccessRequest): Promise<Principal | null> {
  const user = await manager.findOneBy(User, { id: userId });
  return user && new Principal(user, (await heldRolesOf(manager, [userId])).get(userId) ?? []);
}

export function isOwnRequest(actor: Actor, { userId }: AccessRequest): boolean {
  return actor.kind === 'user' && actor.id === userId;
}

function changeOf({ userId, route }: AccessRequest, { role, until }: Approval): UserChange {
  return {
    change: 'grant',
    users: [userId],
    role,
    until: until ?? undefined,
    reason: `Asked for ${route}`.slice(0, 255),
  };
}

/** Whoever holds something at all may give it for a moment; for how long is seen when they give it. */
function soonAfter(now: Date): Date {
  return new Date(now.getTime() + 1);
}
