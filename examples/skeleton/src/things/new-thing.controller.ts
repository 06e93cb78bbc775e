import { Body, Controller, Get, HttpStatus, Post, Redirect, Render, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Area, Permissions } from '../access/decorators';
import { actorOf } from '../access/origin';
import { setFlashMessage } from '../sessions/session';
import { thingForm } from './thing.form';
import { ThingsService } from './things.service';

@Controller('things/new')
@Area('Things', 'Add a thing')
@Permissions('things-read', 'things-write')
export class NewThingController {
  constructor(private readonly things: ThingsService) {}

  @Get()
  @Render('things/new')
  show() {
    return thingForm.blank();
  }

  @Post()
  @Redirect('/things', HttpStatus.SEE_OTHER)
  async add(@Body(thingForm) { name }: ReturnType<typeof thingForm.transform>, @Req() request: Request) {
    await this.things.add(actorOf(request), name);
    await setFlashMessage(request, `"${name}" is added.`);
  }
}
