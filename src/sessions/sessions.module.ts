import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module';
import { NoticesModule } from '../notices/notices.module';
import { BrowserCookie } from './browser-cookie';
import { FlowCookie } from './flow-cookie';
import { KnownBrowsers } from './known-browsers.service';
import { SessionLife } from './session-life';
import { Sessions } from './sessions.service';

const services = [BrowserCookie, FlowCookie, KnownBrowsers, SessionLife, Sessions];

@Module({ imports: [AccountsModule, NoticesModule], providers: services, exports: services })
export class SessionsModule {}
