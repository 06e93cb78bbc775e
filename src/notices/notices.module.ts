import { Module } from '@nestjs/common';
import { MailModule } from '../mail/mail.module';
import { NotMeLinks } from './not-me-links.service';
import { Notices } from './notices.service';

const services = [NotMeLinks, Notices];

@Module({ imports: [MailModule], providers: services, exports: services })
export class NoticesModule {}
