import { Module } from '@nestjs/common';
import { PreviewModule } from '../preview/preview.module';
import { AccessRequests } from './access-requests.service';
import { RequestDecisions } from './request-decisions.service';

const services = [AccessRequests, RequestDecisions];

@Module({ imports: [PreviewModule], providers: services, exports: services })
export class RequestsModule {}
