import { Body, Controller, HttpStatus, Post, Redirect, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Area, CurrentUser, Fresh, Permissions } from '../access/decorators';
import { actorOf } from '../access/origin';
import type { Principal } from '../access/principal';
import { renewSession, setFlashMessage } from '../sessions/session';
import { SessionChoice, type ChosenSessions } from '../sessions/session-choice';
import { Sessions } from '../sessions/sessions.service';

/** A person signs out elsewhere: in one session, or in all but the one they do it in. */
@Controller('account/sessions')
@Area('Your account', 'Sign out somewhere else')
@Permissions('user-write')
export class SessionsController {
  constructor(private readonly sessions: Sessions) {}

  @Post('end')
  @Fresh()
  @Redirect('/account', HttpStatus.SEE_OTHER)
  async end(
    @Body(new SessionChoice()) { only }: ChosenSessions,
    @CurrentUser() { id }: Principal,
    @Req() request: Request,
  ): Promise<void> {
    const actor = actorOf(request);
    if (only === undefined) await renewSession(request, (except) => this.sessions.end(actor, id, { except }));
    else await this.sessions.end(actor, id, { only });
    const message = only === undefined ? 'You are signed out everywhere else.' : 'You are signed out there.';
    await setFlashMessage(request, message);
  }
}
