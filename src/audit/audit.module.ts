import { Global, Module } from '@nestjs/common';
import { AuditLog } from './audit-log.service';
import { AuditService } from './audit.service';
import { DailyFigures } from './daily-figures';
import { SignInEvents } from './sign-in-events';

@Global()
@Module({
  providers: [AuditLog, AuditService, DailyFigures, SignInEvents],
  exports: [AuditLog, AuditService, DailyFigures, SignInEvents],
})
export class AuditModule {}
