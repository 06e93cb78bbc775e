import { Controller, Get, Render } from '@nestjs/common';
import { Area, Public } from '../access/decorators';

@Controller()
@Area('Home', 'Open the home page')
@Public()
export class HomeController {
  @Get()
  @Render('home/index')
  index() {
    return {};
  }
}
