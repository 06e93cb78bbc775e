import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { AuditChaining } from './audit-chaining.service';
import { AuditLog } from './audit-log.service';
import { AuditWatch } from './audit-watch';
import { AuditService } from './audit.service';
import { DailyFigures } from './daily-figures';
import { Erasure } from './erasure';
import { KeyMark } from './key-mark';
import { Refusals } from './refusals.service';
import { SignInEvents } from './sign-in-events';
import { SignInLog } from './sign-in-log.service';

@Global()
@Module({
  imports: [DiscoveryModule],
  providers: [
    AuditChaining,
    AuditLog,
    AuditService,
    AuditWatch,
    DailyFigures,
    Erasure,
    KeyMark,
    Refusals,
    SignInEvents,
    SignInLog,
  ],
  exports: [
    AuditChaining,
    AuditLog,
    AuditService,
    AuditWatch,
    DailyFigures,
    KeyMark,
    Refusals,
    SignInEvents,
    SignInLog,
  ],
})
export class AuditModule {}
