import { Controller, Get, Render, Req } from '@nestjs/common';
import type { Request } from 'express';
import { meaningOf, permissionNames } from '../access/catalogue';
import { Area, CurrentUser, Keywords, Permissions } from '../access/decorators';
import type { Principal } from '../access/principal';
import { Clock } from '../config/clock';
import { AccessRequests } from '../requests/access-requests.service';
import { hashOf } from '../sessions/session-store';
import { Sessions } from '../sessions/sessions.service';

const SHOWN = 10;

@Controller('account')
@Area('Your account', 'See your account')
@Keywords('profile, sessions, settings')
@Permissions('user-read')
export class AccountController {
  constructor(
    private readonly sessions: Sessions,
    private readonly requests: AccessRequests,
    private readonly clock: Clock,
  ) {}

  @Get()
  @Render('account/index')
  async index(@CurrentUser() principal: Principal, @Req() request: Request) {
    const now = this.clock.now();
    const sessions = await this.sessions.openSessionsOf(principal.id, hashOf(request.sessionID));
    const requests = await this.requests.newestOf(principal.id, SHOWN);
    return {
      requests: requests.map(({ id, route, state, createdAt, decidedAt, answer }) => ({
        id,
        route,
        state,
        createdAt,
        decidedAt,
        answer,
      })),
      roles: principal.held
        .filter(({ role }) => principal.grantOfRole(role, now))
        .map(({ role, until }) => ({ role, until })),
      permissions: permissionNames()
        .filter((name) => principal.grantOfPermission(name, now))
        .map((name) => ({ name, meaning: meaningOf(name) })),
      sessions,
      isElsewhere: sessions.some(({ isHere }) => !isHere),
    };
  }
}
