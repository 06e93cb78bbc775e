import { Module } from '@nestjs/common';
import { RefusedChanges } from './refused-changes';
import { RoleCatalogue } from './role-catalogue.service';
import { RoleRecord } from './role-record.service';
import { RolesService } from './roles.service';

@Module({
  providers: [RefusedChanges, RoleCatalogue, RoleRecord, RolesService],
  exports: [RoleCatalogue, RolesService],
})
export class RolesModule {}
