import { Body, Controller, HttpStatus, Param, Post, Redirect, Req, type HttpRedirectResponse } from '@nestjs/common';
import type { Request } from 'express';
import { Permissions } from '../../access/decorators';
import { actorOf } from '../../access/origin';
import { setFlashMessage } from '../../sessions/session';
import { Sessions } from '../../sessions/sessions.service';
import { IdInPath } from '../../web/id-in-path';
import { Administration } from '../administration';

@Controller('admin/users/:id/sessions')
@Administration('End the sessions of a person')
@Permissions('users-read', 'users-write')
export class UserSessionsController {
  constructor(private readonly sessions: Sessions) {}

  /** Without a session: all of them. */
  @Post('end')
  @Redirect('/admin/users', HttpStatus.SEE_OTHER)
  async end(
    @Param('id', IdInPath) id: number,
    @Body('session') session: string | string[] | undefined,
    @Req() request: Request,
  ): Promise<Partial<HttpRedirectResponse>> {
    const ended = await this.sessions.end(
      actorOf(request),
      id,
      session === undefined ? {} : { only: [session].flat().join() },
    );
    await setFlashMessage(request, ended === 1 ? 'One session has ended.' : `${ended} sessions have ended.`);
    return { url: `/admin/users/${id}` };
  }
}
