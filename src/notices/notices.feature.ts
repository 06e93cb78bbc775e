import { defineFeature } from '../feature';
import { AccountNotice } from './account-notice.entity';
import { AddAccountNotices1769472000000 } from './migrations/1769472000000-add-account-notices';
import { NotMeLink } from './not-me-link.entity';
import { noticeMail, type NoticeMailData } from './notice-mail';
import { NoticesModule } from './notices.module';

declare module '../mail/mail-names' {
  interface MailsOfFeatures {
    'account-notice': NoticeMailData;
  }
  interface LinksOfFeatures {
    'not-me': true;
  }
}

/** What people are told about their accounts. */
export const notices = defineFeature({
  name: 'notices',
  module: NoticesModule,
  entities: [AccountNotice, NotMeLink],
  migrations: [AddAccountNotices1769472000000],
  mails: { 'account-notice': noticeMail },
  links: [],
});
