import { Global, Module } from '@nestjs/common';
import { AuditLog } from './audit-log.service';
import { AuditService } from './audit.service';
import { SignInEvents } from './sign-in-events';

@Global()
@Module({ providers: [AuditLog, AuditService, SignInEvents], exports: [AuditLog, AuditService, SignInEvents] })
export class AuditModule {}
