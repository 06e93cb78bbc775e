import { Global, Inject, Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { Clock } from './clock';
import { useTimeZone } from './moments';
import { settings, type Settings } from './settings';

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
export class SettingsModule {
  constructor(@Inject(settings.KEY) { TIME_ZONE }: Settings) {
    useTimeZone(TIME_ZONE);
  }
}
