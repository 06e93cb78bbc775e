import { Controller, Get, Query, Render } from '@nestjs/common';
import { AnyOf, Area, CurrentUser, Found, ownAccount, Permissions, permissions, when } from '../access/decorators';
import type { Principal } from '../access/principal';
import { userInPath } from '../accounts/user-in-path';
import type { AuditEvent } from '../audit/audit-event.entity';
import { AuditLog } from '../audit/audit-log.service';
import { differencesOf, personalDifferencesOf, sentenceOf } from '../audit/describe-event';
import type { User } from '../users/user.entity';
import { called } from '../users/user-names.service';
import { historyForm } from './history.form';

const PAGE = 20;

type Asked = ReturnType<typeof historyForm.transform>;

/** What was changed about an account and about what it may do: for the one whose it is, and for who may read the log. */
@Controller('users/:id/history')
@Area('Your account', 'Read an account’s audit log')
@Permissions('user-read')
@AnyOf(permissions('users-read', 'audit-read'), when(ownAccount))
export class HistoryController {
  constructor(private readonly log: AuditLog) {}

  @Get()
  @Render('account/history')
  async show(@Found(userInPath) user: User, @Query(historyForm) { before }: Asked, @CurrentUser() reader: Principal) {
    const found = await this.log.page({ subject: `user ${user.id}` }, PAGE + 1, before);
    const events = found.slice(0, PAGE);
    const path = `/users/${user.id}/history`;
    return {
      ...headedFor(reader, user),
      events: events.map((event) => shown(event, user)),
      newest: before === undefined ? null : path,
      older: found.length > PAGE ? `${path}?before=${events.at(-1)?.sequence}` : null,
    };
  }
}

function headedFor(reader: Principal, user: User) {
  return reader.id === user.id
    ? { isOwn: true, heading: 'Audit log of your account', whose: 'your account and your roles' }
    : { isOwn: false, heading: `Audit log: ${called(user)}`, whose: `${called(user)} and their roles` };
}

/** Neither the reason nor where it was done from: those are for who reads the log. Others are not named, either. */
function shown(event: AuditEvent, user: User) {
  return {
    at: event.at,
    sentence: sentenceOf(event, new Map([[user.id, called(user)]]), () => 'somebody else'),
    changes: [...differencesOf(event), ...personalDifferencesOf(event)],
  };
}
