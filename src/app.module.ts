import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccessModule } from './access/access.module';
import { RolesGuard } from './access/roles.guard';
import { AccountModule } from './account/account.module';
import { AdminModule } from './admin/admin.module';
import { AuditEvent } from './audit/audit-event.entity';
import { AuditModule } from './audit/audit.module';
import { DailyFigure } from './audit/daily-figure.entity';
import { SignInEvent } from './audit/sign-in-event.entity';
import { AuthModule } from './auth/auth.module';
import { RateLimit } from './auth/rate-limit.entity';
import { SettingsModule } from './config/config.module';
import { AccessState } from './database/access-state.entity';
import { DatabaseModule } from './database/database.module';
import { HomeModule } from './home/home.module';
import { Grant } from './roles/grant.entity';
import { Permission } from './roles/permission.entity';
import { RoleKey } from './roles/role-key.entity';
import { RolePermission } from './roles/role-permission.entity';
import { Role } from './roles/role.entity';
import { RolesModule } from './roles/roles.module';
import { SeedAtStartModule } from './seed/seed.module';
import { AccessRequest } from './users/access-request.entity';
import { PasswordLink } from './users/password-link.entity';
import { Session } from './users/session.entity';
import { UserWord } from './users/user-word.entity';
import { User } from './users/user.entity';
import { UsersModule } from './users/users.module';
import { WebModule } from './web/web.module';

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

/** The map of the house: each part stands on the ones before it. The one guard decides about every route. */
@Module({
  imports: [
    SettingsModule,
    DatabaseModule.with(entities),
    AuditModule,
    AccessModule,
    RolesModule,
    UsersModule,
    AuthModule,
    WebModule,
    HomeModule,
    AccountModule,
    AdminModule,
  ],
  providers: [{ provide: APP_GUARD, useClass: RolesGuard }],
})
export class AppModule {}

/** The web process: the same house, seeded as it starts. */
@Module({ imports: [AppModule, SeedAtStartModule] })
export class SiteModule {}
