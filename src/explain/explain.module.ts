import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module';
import { AccessQuestions } from './access-questions.service';

const services = [AccessQuestions];

@Module({ imports: [AccountsModule], providers: services, exports: services })
export class ExplainModule {}
