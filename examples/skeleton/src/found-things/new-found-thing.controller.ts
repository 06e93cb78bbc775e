import { Body, Controller, Get, HttpStatus, Post, Redirect, Render, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Area, Permissions } from '../access/decorators';
import { actorOf } from '../access/origin';
import { setFlashMessage } from '../sessions/session';
import { foundThingForm } from './found-thing.form';
import { FoundThingsService } from './found-things.service';

@Controller('found-things/new')
@Area('Found things', 'Add a found thing')
@Permissions('found-things-read', 'found-things-write')
export class NewFoundThingController {
  constructor(private readonly foundThings: FoundThingsService) {}

  @Get()
  @Render('found-things/new')
  show() {
    return foundThingForm.blank();
  }

  @Post()
  @Redirect('/found-things', HttpStatus.SEE_OTHER)
  async add(@Body(foundThingForm) { name }: ReturnType<typeof foundThingForm.transform>, @Req() request: Request) {
    await this.foundThings.add(actorOf(request), name);
    await setFlashMessage(request, `"${name}" is added.`);
  }
}
