import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { RolesGuard } from './access/roles.guard';
import { AccountModule } from './account/account.module';
import { AdminModule } from './admin/admin.module';
import { AuthModule } from './auth/auth.module';
import { CoreModule } from './core.module';
import { HomeModule } from './home/home.module';
import { SeedAtStartModule } from './seed/seed.module';
import { WebModule } from './web/web.module';

/** The map of the house: each part stands on the ones before it. The one guard decides about every route. */
@Module({
  imports: [CoreModule, AuthModule, WebModule, HomeModule, AccountModule, AdminModule],
  providers: [{ provide: APP_GUARD, useClass: RolesGuard }],
})
export class AppModule {}

/** The web process: the same house, seeded as it starts. */
@Module({ imports: [AppModule, SeedAtStartModule] })
export class SiteModule {}
