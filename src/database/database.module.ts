import { Global, Module, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { EntitySchema, MixedList } from 'typeorm';
import { settings, type Settings } from '../config/settings';
import { connectionOptions } from './connection-options';
import { Database, READER } from './database';

type Entities = MixedList<(new () => object) | EntitySchema>;

/** Connects nothing by itself: the site and `seed` open and migrate, every other command opens what exists. */
@Global()
@Module({})
export class DatabaseModule {
  static with(entities: Entities): DynamicModule {
    const source = (access: 'write' | 'read') => ({
      inject: [settings.KEY],
      useFactory: async (settings: Settings) =>
        ({ ...(await connectionOptions(settings, access)), entities }) as object,
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
