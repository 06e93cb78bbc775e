import { Module } from '@nestjs/common';
import { AccessModule } from './access/access.module';
import { AuditEvent } from './audit/audit-event.entity';
import { AuditModule } from './audit/audit.module';
import { DailyFigure } from './audit/daily-figure.entity';
import { SignInEvent } from './audit/sign-in-event.entity';
import { RateLimit } from './auth/rate-limit.entity';
import { SettingsModule } from './config/config.module';
import { AccessState } from './database/access-state.entity';
import { DatabaseModule } from './database/database.module';
import { Grant } from './roles/grant.entity';
import { Permission } from './roles/permission.entity';
import { RoleKey } from './roles/role-key.entity';
import { RolePermission } from './roles/role-permission.entity';
import { Role } from './roles/role.entity';
import { RolesModule } from './roles/roles.module';
import { AccessRequest } from './users/access-request.entity';
import { PasswordLink } from './users/password-link.entity';
import { Session } from './users/session.entity';
import { UserWord } from './users/user-word.entity';
import { User } from './users/user.entity';
import { UsersModule } from './users/users.module';

const entities = [
  AccessRequest,
  AccessState,
  AuditEvent,
  DailyFigure,
  Grant,
  PasswordLink,
  Permission,
  RateLimit,
  Role,
  RoleKey,
  RolePermission,
  Session,
  SignInEvent,
  User,
  UserWord,
];

/** What the site and every command stand on: settings, the database, and who may do what. */
@Module({
  imports: [SettingsModule, DatabaseModule.with(entities), AuditModule, AccessModule, RolesModule, UsersModule],
})
export class CoreModule {}
