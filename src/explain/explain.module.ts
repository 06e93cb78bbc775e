import { Module } from '@nestjs/common';
import { RolesModule } from '../roles/roles.module';
import { UsersModule } from '../users/users.module';
import { AccessQuestions } from './access-questions.service';

const services = [AccessQuestions];

@Module({ imports: [RolesModule, UsersModule], providers: services, exports: services })
export class ExplainModule {}
