import { Controller, Get, Header, HttpStatus, Logger, Param, Post, Redirect, Render, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Area, OpensBeforeSecondFactor, Public } from '../access/decorators';
import { originOf } from '../access/origin';
import { SignInEvents } from '../audit/sign-in-events';
import { AccountReclaims } from '../credentials/account-reclaims.service';
import { SignInMessage } from './sign-in-message';
import { recordingUnusable } from './unusable-link';

/** Where a link leads by which somebody says that it wasn't them. Looking at it does nothing: programs that read mails follow every link. */
@Controller('not-me/:token')
@Area('Signing in', 'Say that it wasn’t you by a link')
@Public()
@OpensBeforeSecondFactor()
export class NotMeController {
  private readonly logger = new Logger('Account');

  constructor(
    private readonly reclaims: AccountReclaims,
    private readonly events: SignInEvents,
    private readonly message: SignInMessage,
  ) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  @Render('auth/not-me')
  async show(@Param('token') token: string, @Req() request: Request) {
    const { address } = await recordingUnusable(this.events, request, () => this.reclaims.find(token));
    return { address };
  }

  @Post()
  @Header('Cache-Control', 'no-store')
  @Redirect('/login', HttpStatus.SEE_OTHER)
  async reclaim(
    @Param('token') token: string,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<void> {
    const origin = originOf(request);
    await recordingUnusable(this.events, request, () => this.reclaims.reclaim(origin, token));
    this.logger.warn({ event: 'account reclaimed', ip: origin.ip, requestId: origin.requestId });
    this.message.leave(response, 'account secured');
  }
}
