import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module';
import { RolesModule } from '../roles/roles.module';
import { UsersModule } from '../users/users.module';
import { Changes } from './changes.service';
import { Measurement } from './measurement.service';
import { RoleUndos } from './role-undos.service';
import { UserUndos } from './user-undos.service';

@Module({
  imports: [AccountsModule, RolesModule, UsersModule],
  providers: [Changes, Measurement, RoleUndos, UserUndos],
  exports: [Changes],
})
export class PreviewModule {}
