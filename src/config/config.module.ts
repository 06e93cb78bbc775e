import { Global, Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { Clock } from './clock';
import { settings } from './settings';

/** Settings come from the process environment, completed by `.env`; a test's own environment stands alone. */
@Global()
@Module({
  imports: [
    ConfigModule.forRoot({
      isGlobal: true,
      cache: true,
      load: [settings],
      ignoreEnvFile: process.env.NODE_ENV === 'test',
    }),
  ],
  providers: [Clock],
  exports: [Clock],
})
export class SettingsModule {}
