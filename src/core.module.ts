import { Global, Module } from '@nestjs/common';
import { AccessModule } from './access/access.module';
import { SettingsModule } from './config/config.module';
import { DatabaseModule } from './database/database.module';
import { entitiesOf, FEATURES, migrationsOf, modulesOf } from './feature';
import { features } from './registered-features';

/** What the site and every command stand on: settings, the database, who may do what, and what the features bring. */
@Global()
@Module({
  imports: [
    SettingsModule,
    DatabaseModule.with(entitiesOf(features), migrationsOf(features)),
    AccessModule,
    ...modulesOf(features),
  ],
  providers: [{ provide: FEATURES, useValue: features }],
  exports: [FEATURES],
})
export class CoreModule {}
