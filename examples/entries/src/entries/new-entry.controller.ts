import { Body, Controller, Get, HttpStatus, Post, Redirect, Render, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Area, Authenticated, CurrentUser } from '../access/decorators';
import { actorOf } from '../access/origin';
import type { Principal } from '../access/principal';
import { setFlashMessage } from '../sessions/session';
import { EntriesService } from './entries.service';
import { entryForm } from './entry.form';

@Controller('entries/new')
@Area('Entries', 'Send an entry in')
@Authenticated()
export class NewEntryController {
  constructor(private readonly entries: EntriesService) {}

  @Get()
  @Render('entries/new')
  show() {
    return entryForm.blank();
  }

  @Post()
  @Redirect('/entries', HttpStatus.SEE_OTHER)
  async send(
    @Body(entryForm) entry: ReturnType<typeof entryForm.transform>,
    @CurrentUser() user: Principal,
    @Req() request: Request,
  ) {
    const id = await this.entries.send(actorOf(request), { ...entry, senderId: user.id });
    await setFlashMessage(request, `"${entry.title}" is sent in.`);
    return { url: `/entries/${id}` };
  }
}
