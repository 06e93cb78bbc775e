import { Controller, Get, Render } from '@nestjs/common';
import { Area, Permissions } from '../access/decorators';
import { FoundThingsService } from './found-things.service';

@Controller('found-things')
@Area('Found things', 'See found things')
@Permissions('found-things-read')
export class FoundThingsController {
  constructor(private readonly foundThings: FoundThingsService) {}

  @Get()
  @Render('found-things/index')
  async index() {
    return { foundThings: await this.foundThings.newest() };
  }
}
