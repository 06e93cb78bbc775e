import { Module } from '@nestjs/common';
import { RolesModule } from '../roles/roles.module';
import { AccountsModule } from '../accounts/accounts.module';
import { UsersModule } from '../users/users.module';
import { AccessQuestions } from './access-questions.service';

const services = [AccessQuestions];

@Module({ imports: [AccountsModule, RolesModule, UsersModule], providers: services, exports: services })
export class ExplainModule {}
