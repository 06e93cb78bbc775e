import { Controller, Get, Render } from '@nestjs/common';
import { Public } from '../access/decorators';

@Controller()
@Public()
export class HomeController {
  @Get()
  @Render('home/index')
  index() {
    return {};
  }
}
