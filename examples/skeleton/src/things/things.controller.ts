import { Controller, Get, Render } from '@nestjs/common';
import { Area, Permissions } from '../access/decorators';
import { ThingsService } from './things.service';

@Controller('things')
@Area('Things', 'See things')
@Permissions('things-read')
export class ThingsController {
  constructor(private readonly things: ThingsService) {}

  @Get()
  @Render('things/index')
  async index() {
    return { things: await this.things.newest() };
  }
}
