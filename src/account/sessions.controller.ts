import { Body, Controller, HttpStatus, Post, Redirect, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Area, Permissions } from '../access/decorators';
import { actorOf } from '../access/origin';
import { renewSession, setFlashMessage } from '../sessions/session';
import { Sessions } from '../sessions/sessions.service';

/** A person signs out elsewhere: in one session, or in all but the one they do it in. */
@Controller('account/sessions')
@Area('Your account', 'Sign out somewhere else')
@Permissions('user-write')
export class SessionsController {
  constructor(private readonly sessions: Sessions) {}

  @Post('end')
  @Redirect('/account', HttpStatus.SEE_OTHER)
  async end(@Body('session') session: string | string[] | undefined, @Req() request: Request): Promise<void> {
    const actor = actorOf(request);
    if (actor.kind !== 'user') return;
    if (session === undefined) await renewSession(request, (except) => this.sessions.end(actor, actor.id, { except }));
    else await this.sessions.end(actor, actor.id, { only: [session].flat().join() });
    await setFlashMessage(
      request,
      session === undefined ? 'You are signed out everywhere else.' : 'You are signed out there.',
    );
  }
}
