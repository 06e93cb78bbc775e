import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { AccessMap } from './access-map';
import { Access } from './access.service';

@Global()
@Module({ imports: [DiscoveryModule], providers: [AccessMap, Access], exports: [AccessMap, Access] })
export class AccessModule {}
