import { Controller, Get, Render, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Access } from '../../access/access.service';
import { meaningOf, permissionNames } from '../../access/catalogue';
import { CurrentUser, Found, Permissions, permissions } from '../../access/decorators';
import { describeReason } from '../../access/describe-rule';
import { actorOf } from '../../access/origin';
import type { Principal } from '../../access/principal';
import { Principals } from '../../accounts/principals.service';
import { userInPath } from '../../accounts/user-in-path';
import { UsersService } from '../../accounts/users.service';
import { AuditLog } from '../../audit/audit-log.service';
import { Refusals } from '../../audit/refusals.service';
import { Clock } from '../../config/clock';
import { AccessQuestions } from '../../explain/access-questions.service';
import { UserHoldings, type GrantOfUser } from '../../roles/user-holdings.service';
import { hashOf } from '../../sessions/session-store';
import { Sessions } from '../../sessions/sessions.service';
import { UserNames } from '../../users/user-names.service';
import type { User } from '../../users/user.entity';
import { whyHref } from '../access/why-address';
import { Administration } from '../administration';
import { eventViewsOf } from '../audit/event-view';
import { accessByArea } from './person-access';
import { PersonAttention } from './person-attention.service';
import { PersonSections } from './person-sections';

/** So much is shown of what there may be a lot of; the rest is folded, or has a page of its own. */
const SHOWN = { events: 8, sessions: 5, refusals: 5 };

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
    private readonly attention: PersonAttention,
    private readonly sections: PersonSections,
    private readonly principals: Principals,
    private readonly questions: AccessQuestions,
    private readonly refusals: Refusals,
    private readonly log: AuditLog,
    private readonly clock: Clock,
  ) {}

  @Get()
  @Render('admin/users/user')
  async index(@Found(userInPath) user: User, @CurrentUser() reader: Principal, @Req() request: Request) {
    // Who is not active counts as a visitor, for whatever they are given.
    const principal = user.active ? await this.principals.load(user.id) : null;
    const grants = await this.holdings.grantsOf(user.id);
    const mayReadLog = this.access.meets(permissions('audit-read'), reader);
    return {
      ...facts(user),
      isOwn: reader.id === user.id,
      isChangeable: await this.users.mayChange(actorOf(request), user.id),
      attention: await this.attention.of(user, principal, grants),
      grants: grants.map(grantRow),
      held: grants
        .filter(({ state }) => state === 'counts')
        .map(({ role, roleId, until }) => ({ role, roleId, until })),
      permissions: principal ? this.permissionsOf(principal) : [],
      areas: accessByArea((await this.questions.explainEverything(user.email)).decisions, user.email),
      why: whyHref({ email: user.email }),
      refusals: mayReadLog ? await this.refusalsOf(user) : [],
      ...(await this.sessionsOf(user, reader, request)),
      sections: await this.sections.of(user, reader),
      history: mayReadLog ? await this.historyOf(user) : null,
    };
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

  private async refusalsOf({ id, email }: User) {
    const refusals = await this.refusals.of(id, SHOWN.refusals);
    return refusals.map((refusal) => ({ ...refusal, why: whyHref({ email, route: refusal.route }) }));
  }

  private async sessionsOf({ id }: User, reader: Principal, request: Request) {
    const sessions = await this.sessions.openSessionsOf(id, hashOf(request.sessionID));
    return {
      sessions: sessions.slice(0, SHOWN.sessions),
      moreSessions: sessions.slice(SHOWN.sessions),
      areSessionsClosed: !(await this.mayEndSessions(id, reader, request)),
      endSessions: `/admin/users/${id}/sessions/end`,
    };
  }

  /** Of one's own it takes another permission. */
  private async mayEndSessions(id: number, reader: Principal, request: Request): Promise<boolean> {
    if (reader.id === id) return this.access.meets(permissions('user-write'), reader);
    return this.users.mayChange(actorOf(request), id);
  }

  private async historyOf({ id }: User) {
    return eventViewsOf(await this.log.page({ person: id }, SHOWN.events), this.names);
  }
}

/** Nothing else of them leaves: no hash of a password. */
function facts(user: User) {
  const { id, email, name, active, createdAt, lastSignInAt, hasConfiguredPassword, emailConfirmedAt } = user;
  const [hasPassword, hasSecondFactor] = [user.passwordHash !== '', user.factorsVersion !== null];
  const person = { id, email, name, active, createdAt, lastSignInAt, hasConfiguredPassword, emailConfirmedAt };
  return { person: { ...person, hasPassword, hasSecondFactor } };
}

function grantRow({ state, ...grant }: GrantOfUser) {
  return { ...grant, hasEnded: state === 'has ended', isToBegin: state === 'is to begin' };
}
