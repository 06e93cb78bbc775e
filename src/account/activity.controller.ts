import { Controller, Get, Query, Render } from '@nestjs/common';
import { Area, CurrentUser, Keywords, Permissions } from '../access/decorators';
import type { Principal } from '../access/principal';
import type { AccountNotice } from '../notices/account-notice.entity';
import { noticeInWords } from '../notices/notice-mail';
import { Notices } from '../notices/notices.service';
import { activityForm } from './activity.form';

const PAGE = 20;

type Asked = ReturnType<typeof activityForm.transform>;

/** What somebody was told about their account, and from where it was done. */
@Controller('account/activity')
@Area('Your account', 'See what happened to your account')
@Keywords('activity, history, sign-ins')
@Permissions('user-read')
export class ActivityController {
  constructor(private readonly notices: Notices) {}

  @Get()
  @Render('account/activity')
  async show(@Query(activityForm) { before }: Asked, @CurrentUser() { id }: Principal) {
    const found = await this.notices.page(id, PAGE + 1, before);
    const notices = found.slice(0, PAGE);
    return {
      notices: notices.map(shown),
      newest: before === undefined ? null : '/account/activity',
      older: found.length > PAGE ? `/account/activity?before=${notices.at(-1)?.id}` : null,
    };
  }
}

function shown({ at, browser, ip, ...notice }: AccountNotice) {
  return {
    sentence: noticeInWords(notice),
    at: new Date(at),
    where: [browser, ip].filter(Boolean).join(', '),
    isByOther: notice.by === 'other',
  };
}
