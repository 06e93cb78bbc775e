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
  ],
  exports: [AuditChaining, AuditLog, AuditService, AuditWatch, DailyFigures, KeyMark, Refusals, SignInEvents],
})
export class AuditModule {}
