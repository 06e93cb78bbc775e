import { Body, Controller, Get, HttpStatus, Post, Redirect, Render, Req } from '@nestjs/common';
import type { Request } from 'express';
import { AnyOf, Area, Found, permissions, Permissions, Title, when } from '../access/decorators';
import { actorOf } from '../access/origin';
import { Accepts } from '../forms/accepts';
import { setFlashMessage } from '../sessions/session';
import { EntriesService } from './entries.service';
import { kinds, type Entry } from './entry.entity';
import { markForm } from './mark.form';
import { anyEntry, ownEntry } from './own-entry';

@Controller('entries/:id')
@Area('Entries')
export class EntryController {
  constructor(private readonly entries: EntriesService) {}

  @Get()
  @Title('See an entry')
  @AnyOf(permissions('entries-read'), when(ownEntry))
  @Render('entries/entry')
  show(@Found(ownEntry) entry: Entry) {
    return { ...markForm.blank(), ...pageOf(entry) };
  }

  @Post('mark')
  @Title('Mark an entry')
  @Permissions('entries-read', 'entries-judge')
  @Accepts(markForm, async (controller: EntryController, request) => controller.page(Number(request.params.id)))
  @Redirect('/entries', HttpStatus.SEE_OTHER)
  async mark(
    @Body(markForm) { mark }: ReturnType<typeof markForm.transform>,
    @Found(anyEntry) { id, title }: Entry,
    @Req() request: Request,
  ) {
    await this.entries.mark(actorOf(request), id, mark);
    await setFlashMessage(request, `"${title}" has the mark ${mark}.`);
    return { url: `/entries/${id}` };
  }

  private async page(id: number) {
    const entry = await this.entries.byId(id);
    return entry ? pageOf(entry) : {};
  }
}

function pageOf(entry: Entry) {
  return { entry, kind: kinds[entry.kind], isMarked: entry.mark !== null };
}
