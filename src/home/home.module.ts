import { Module } from '@nestjs/common';
import { NoticesModule } from '../notices/notices.module';
import { RequestsModule } from '../requests/requests.module';
import { HomeNews } from './home-news.service';
import { HomeController } from './home.controller';

@Module({ imports: [NoticesModule, RequestsModule], controllers: [HomeController], providers: [HomeNews] })
export class HomeModule {}
