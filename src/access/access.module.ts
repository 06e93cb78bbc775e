import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { AccessMap } from './access-map';
import { Access } from './access.service';
import { Mounts } from './mounts';
import { RequiredFactor } from './required-factor';

@Global()
@Module({
  imports: [DiscoveryModule],
  providers: [AccessMap, Access, Mounts, RequiredFactor],
  exports: [AccessMap, Access, DiscoveryModule, Mounts, RequiredFactor],
})
export class AccessModule {}
