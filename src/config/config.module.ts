import { Global, Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { Clock } from './clock';
import { settings } from './settings';

/** Settings come from the process environment, which `loadEnvironment` has completed by then. */
@Global()
@Module({
  imports: [
    ConfigModule.forRoot({
      isGlobal: true,
      cache: true,
      load: [settings],
      ignoreEnvFile: true,
    }),
  ],
  providers: [Clock],
  exports: [Clock],
})
export class SettingsModule {}
