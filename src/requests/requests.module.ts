import { Module } from '@nestjs/common';
import { NoticesModule } from '../notices/notices.module';
import { PreviewModule } from '../preview/preview.module';
import { AccessRequests } from './access-requests.service';
import { RequestDecisions } from './request-decisions.service';

const services = [AccessRequests, RequestDecisions];

@Module({ imports: [NoticesModule, PreviewModule], providers: services, exports: services })
export class RequestsModule {}
