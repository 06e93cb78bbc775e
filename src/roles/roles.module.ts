import { Module } from '@nestjs/common';
import { NoticesModule } from '../notices/notices.module';
import { UsersModule } from '../users/users.module';
import { RefusedChanges } from './refused-changes';
import { RoleCatalogue } from './role-catalogue.service';
import { RoleRecord } from './role-record.service';
import { RolesService } from './roles.service';
import { UserHoldings } from './user-holdings.service';

const services = [RefusedChanges, RoleCatalogue, RoleRecord, RolesService, UserHoldings];

@Module({ imports: [NoticesModule, UsersModule], providers: services, exports: services })
export class RolesModule {}
