import { Global, Module, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { MigrationInterface } from 'typeorm';
import { settings, type Settings } from '../config/settings';
import { connectionOptions } from './connection-options';
import { Database, READER } from './database';

/** Connects nothing by itself: the site and `seed` open and migrate, every other command opens what exists. */
@Global()
@Module({})
export class DatabaseModule {
  static with(entities: (new () => object)[], migrations: (new () => MigrationInterface)[]): DynamicModule {
    const source = (access: 'write' | 'read') => ({
      inject: [settings.KEY],
      useFactory: async (settings: Settings) =>
        ({ ...(await connectionOptions(settings, access)), entities, migrations }) as object,
    });
    return {
      module: DatabaseModule,
      imports: [
        TypeOrmModule.forRootAsync(source('write')),
        TypeOrmModule.forRootAsync({ name: READER, ...source('read') }),
      ],
      providers: [Database],
      exports: [Database],
    };
  }
}
