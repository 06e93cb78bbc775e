import { Body, Controller, HttpStatus, Post, Redirect, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Permissions } from '../access/decorators';
import { actorOf } from '../auth/origin';
import { hashOf } from '../auth/session-store';
import { tellNext } from '../auth/session';
import { Sessions } from '../users/sessions.service';

/** A person signs out elsewhere: in one session, or in all but the one he does it in. */
@Controller('account/sessions')
@Permissions('user-write')
export class SessionsController {
  constructor(private readonly sessions: Sessions) {}

  @Post('end')
  @Redirect('/account', HttpStatus.SEE_OTHER)
  async end(@Body('session') session: string | string[] | undefined, @Req() request: Request): Promise<void> {
    const which = session === undefined ? { except: hashOf(request.sessionID) } : { only: [session].flat().join() };
    const actor = actorOf(request);
    if (actor.kind !== 'user') return;
    await this.sessions.end(actor, actor.id, which);
    await tellNext(
      request,
      session === undefined ? 'You are signed out everywhere else.' : 'You are signed out there.',
    );
  }
}
