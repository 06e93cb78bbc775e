import { Body, Controller, HttpStatus, Post, Redirect, Req, type HttpRedirectResponse } from '@nestjs/common';
import type { Request } from 'express';
import { Found, Fresh, Permissions } from '../../access/decorators';
import { actorOf } from '../../access/origin';
import { userInPath } from '../../accounts/user-in-path';
import { setFlashMessage } from '../../sessions/session';
import { SessionChoice, type ChosenSessions } from '../../sessions/session-choice';
import { Sessions } from '../../sessions/sessions.service';
import type { User } from '../../users/user.entity';
import { Administration } from '../administration';

@Controller('admin/users/:id/sessions')
@Administration('End the sessions of a person')
@Permissions('users-read', 'users-write')
export class UserSessionsController {
  constructor(private readonly sessions: Sessions) {}

  @Post('end')
  @Fresh()
  @Redirect('/admin/users', HttpStatus.SEE_OTHER)
  async end(
    @Found(userInPath) { id }: User,
    @Body(new SessionChoice()) chosen: ChosenSessions,
    @Req() request: Request,
  ): Promise<Partial<HttpRedirectResponse>> {
    const ended = await this.sessions.end(actorOf(request), id, chosen);
    await setFlashMessage(request, ended === 1 ? 'One session has ended.' : `${ended} sessions have ended.`);
    return { url: `/admin/users/${id}` };
  }
}
