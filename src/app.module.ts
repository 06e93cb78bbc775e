import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { RolesGuard } from './access/roles.guard';
import { CoreModule } from './core.module';
import { Housekeeping } from './database/housekeeping';
import { FeaturesCheck } from './features-check';
import { MailSendingModule } from './mail/mail.module';
import { SeedAtStartModule } from './seed/seed.module';
import { WebModule } from './web/web.module';

/** What answers, but for the pages of the features. The one guard decides about every route. */
@Module({
  imports: [CoreModule, WebModule],
  providers: [{ provide: APP_GUARD, useClass: RolesGuard }],
})
export class AppModule {}

/** The web process: the same house, seeded as it starts, swept once an hour, and sending its mails. */
@Module({ imports: [AppModule, SeedAtStartModule, MailSendingModule], providers: [FeaturesCheck, Housekeeping] })
export class SiteModule {}
