import { Controller, HttpStatus, Inject, Post, Redirect, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Area, Authenticated, CurrentUser, OpensBeforeSecondFactor } from '../access/decorators';
import { originOf } from '../access/origin';
import type { Principal } from '../access/principal';
import { SignInEvents } from '../audit/sign-in-events';
import { settings, type Settings } from '../config/settings';
import { logOut } from '../sessions/session';
import { Sessions } from '../sessions/sessions.service';

@Controller('logout')
@OpensBeforeSecondFactor()
@Area('Signing in', 'Sign out')
@Authenticated()
export class LogoutController {
  constructor(
    private readonly sessions: Sessions,
    private readonly events: SignInEvents,
    @Inject(settings.KEY) private readonly settings: Settings,
  ) {}

  @Post()
  @Redirect('/', HttpStatus.SEE_OTHER)
  async leave(
    @CurrentUser() { id: userId }: Principal,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<void> {
    const { ip, requestId } = originOf(request);
    await logOut(request, response, this.settings, (session) => this.sessions.signOut({ ...session, userId }));
    await this.events.record({ kind: 'signed out', userId, ip }, { requestId });
  }
}
