import { Controller, Get, Render, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Access } from '../../access/access.service';
import { meaningOf, permissionNames } from '../../access/catalogue';
import type { Admission } from '../../access/decide';
import { CurrentUser, Found, Permissions, permissions } from '../../access/decorators';
import { describeDecision, describeReason } from '../../access/describe-rule';
import { actorOf } from '../../access/origin';
import type { Principal } from '../../access/principal';
import { Principals } from '../../accounts/principals.service';
import { userInPath } from '../../accounts/user-in-path';
import { UsersService } from '../../accounts/users.service';
import { AuditLog } from '../../audit/audit-log.service';
import { Clock } from '../../config/clock';
import { AccessQuestions } from '../../explain/access-questions.service';
import { RolesService } from '../../roles/roles.service';
import { UserHoldings } from '../../roles/user-holdings.service';
import { hashOf } from '../../sessions/session-store';
import { Sessions } from '../../sessions/sessions.service';
import { UserNames } from '../../users/user-names.service';
import type { User } from '../../users/user.entity';
import { entryRow } from '../access/access-grid';
import { Administration } from '../administration';
import { eventViewsOf } from '../audit/event-view';
import { PersonSections } from './person-sections';

const LATEST = 20;

@Controller('admin/users/:id')
@Administration('See a person')
@Permissions('users-read')
export class UserController {
  constructor(
    private readonly access: Access,
    private readonly users: UsersService,
    private readonly names: UserNames,
    private readonly holdings: UserHoldings,
    private readonly sessions: Sessions,
    private readonly sections: PersonSections,
    private readonly principals: Principals,
    private readonly questions: AccessQuestions,
    private readonly roles: RolesService,
    private readonly log: AuditLog,
    private readonly clock: Clock,
  ) {}

  @Get()
  @Render('admin/users/user')
  async index(@Found(userInPath) user: User, @CurrentUser() reader: Principal, @Req() request: Request) {
    // Who is not active counts as a visitor, for whatever they are given.
    const principal = user.active ? await this.principals.load(user.id) : null;
    const grants = await this.holdings.grantsOf(user.id);
    const held = grants.filter(({ state }) => state !== 'has ended').map(({ roleId }) => roleId);
    return {
      ...facts(user),
      isOwn: reader.id === user.id,
      areSessionsClosed: !(await this.mayEndSessions(user.id, reader, request)),
      isChangeable: await this.users.mayChange(actorOf(request), user.id),
      grants: grants.map((grant) => ({ ...grant, ...partsOf(grant.state) })),
      rolesToGive: (await this.roles.all()).filter(({ id }) => !held.includes(id)).map(({ name }) => name),
      permissions: principal ? this.permissionsOf(principal) : [],
      entries: await this.entriesFor(user),
      why: `/admin/access/why?${new URLSearchParams({ email: user.email }).toString()}`,
      sessions: await this.sessions.openSessionsOf(user.id, hashOf(request.sessionID)),
      endSessions: `/admin/users/${user.id}/sessions/end`,
      sections: await this.sections.of(user, reader),
      isHistoryShown: this.access.mayUse('GET /admin/audit', reader),
      history: await this.historyOf(user, reader),
    };
  }

  /** Of one's own it takes another permission. */
  private async mayEndSessions(id: number, reader: Principal, request: Request): Promise<boolean> {
    if (reader.id === id) return this.access.meets(permissions('user-write'), reader);
    return this.users.mayChange(actorOf(request), id);
  }

  private permissionsOf(principal: Principal) {
    const now = this.clock.now();
    return permissionNames().flatMap((permission) => {
      const grant = principal.grantOfPermission(permission, now);
      if (!grant) return [];
      const meaning = meaningOf(permission);
      return [{ permission, meaning, reason: describeReason({ because: 'permission', permission, grant }) }];
    });
  }

  /** What lets them in, as the guard would decide; once they have the second factor that they must have. */
  private async entriesFor({ email }: User) {
    const { decisions } = await this.questions.explainEverything(email);
    return decisions
      .filter(({ decision }) => decision.allowed || opensOnceSetUp(decision))
      .map(({ entry, decision }) => ({ ...entryRow(entry), reasons: describeDecision(decision) }));
  }

  private async historyOf({ id }: User, reader: Principal) {
    if (!this.access.mayUse('GET /admin/audit', reader)) return [];
    return eventViewsOf(await this.log.page({ person: id }, LATEST), this.names);
  }
}

function opensOnceSetUp(decision: Admission): boolean {
  return !decision.allowed && decision.refusal === 'second-factor-first' && decision.then.allowed;
}

/** Nothing else of them leaves: no hash of a password. */
function facts(user: User) {
  const { id, email, name, active, createdAt, lastSignInAt, hasConfiguredPassword, emailConfirmedAt } = user;
  const hasPassword = user.passwordHash !== '';
  const person = { id, email, name, active, createdAt, lastSignInAt, hasConfiguredPassword, emailConfirmedAt };
  return { person: { ...person, hasPassword } };
}

function partsOf(state: string) {
  return { hasEnded: state === 'has ended', isToBegin: state === 'is to begin' };
}
