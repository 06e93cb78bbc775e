import { Controller, Get, Render } from '@nestjs/common';
import { CurrentUserOrNull } from '../access/current-user';
import { Area, Public } from '../access/decorators';
import type { Principal } from '../access/principal';
import { HomeNews } from './home-news.service';

@Controller()
@Area('Home', 'Open the home page')
@Public()
export class HomeController {
  constructor(private readonly news: HomeNews) {}

  @Get()
  @Render('home/index')
  async index(@CurrentUserOrNull() person: Principal | null) {
    return { news: person && (await this.news.of(person)) };
  }
}
