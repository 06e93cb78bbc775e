import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { AccessMap } from './access-map';
import { Access } from './access.service';
import { Mounts } from './mounts';

@Global()
@Module({
  imports: [DiscoveryModule],
  providers: [AccessMap, Access, Mounts],
  exports: [AccessMap, Access, DiscoveryModule, Mounts],
})
export class AccessModule {}
