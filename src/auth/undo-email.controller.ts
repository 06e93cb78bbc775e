import { Controller, Get, Header, HttpStatus, Param, Post, Redirect, Render, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Area, OpensBeforeSecondFactor, Public } from '../access/decorators';
import { originOf } from '../access/origin';
import { EmailChanges } from '../accounts/email-changes.service';
import { SignInEvents } from '../audit/sign-in-events';
import { SignInMessage } from './sign-in-message';
import { recordingUnusable } from './unusable-link';

/** Where a link leads that undoes a change of address. Looking at it does nothing: programs that read mails follow every link. */
@Controller('undo-email/:token')
@Area('Signing in', 'Undo a change of your address by a link')
@Public()
@OpensBeforeSecondFactor()
export class UndoEmailController {
  constructor(
    private readonly changes: EmailChanges,
    private readonly events: SignInEvents,
    private readonly message: SignInMessage,
  ) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  @Render('auth/undo-email')
  async show(@Param('token') token: string, @Req() request: Request) {
    const { oldEmail, confirmedAt } = await recordingUnusable(this.events, request, () =>
      this.changes.undoableBy(token),
    );
    return { address: oldEmail, isChanged: confirmedAt !== null };
  }

  @Post()
  @Header('Cache-Control', 'no-store')
  @Redirect('/login', HttpStatus.SEE_OTHER)
  async undo(
    @Param('token') token: string,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<void> {
    await recordingUnusable(this.events, request, () => this.changes.undo(originOf(request), token));
    this.message.leave(response, 'change undone');
  }
}
