import { Controller, Get, Query, Render, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { CurrentUser, Keywords, Permissions, Title } from '../../access/decorators';
import { originOf } from '../../access/origin';
import type { Principal } from '../../access/principal';
import { SignInEvents } from '../../audit/sign-in-events';
import { cursorText } from '../../directory/directory-cursor';
import { Administration } from '../administration';
import { download } from '../download';
import { addressOf, searchOf, type Sent } from './people-addresses';
import { PeopleSearch } from './people-search.service';
import { linesOfUsers } from './users-export';
import { countInWords, filtersOf, headingsOf, rowOf, ticksOf } from './users-page';
import { usersForm } from './users.form';

const PAGE = 50;

@Controller('admin/users')
@Administration()
@Permissions('users-read')
export class UsersController {
  constructor(
    private readonly events: SignInEvents,
    private readonly search: PeopleSearch,
  ) {}

  @Get()
  @Title('See people')
  @Keywords('users, accounts, members')
  @Render('admin/users/index')
  async index(@Query() sent: Sent) {
    const { asked, choices, page, count } = await this.search.page(sent, PAGE);
    const { give, until, reason, after } = asked;
    return {
      ...usersForm.blank(searchOf(sent)),
      choices,
      people: page.people.map((person) => rowOf(person, asked)),
      count: countInWords(count, page, after === undefined),
      order: page.order,
      isOrdered: page.sortedBy === asked.sort,
      headings: headingsOf(sent, page),
      filters: filtersOf(sent, asked),
      ticks: ticksOf(sent, asked, count, page),
      kept: { role: give, until, reason },
      isCutShort: page.next !== null && page.people.length < PAGE,
      here: addressOf(sent, { after }),
      first: after === undefined ? null : addressOf(sent),
      next: page.next && addressOf(sent, { after: cursorText(page.next) }),
      csv: addressOf(sent, {}, '/admin/users/export'),
    };
  }

  @Get('export')
  @Title('Download the list of people')
  @Keywords('export, CSV, users, accounts, members')
  async export(
    @Query() sent: Sent,
    @CurrentUser() reader: Principal,
    @Req() request: Request,
    @Res() response: Response,
  ) {
    const everybody = await this.search.everybody(sent);
    const { ip, requestId } = originOf(request);
    await this.events.record(
      { kind: 'export', userId: reader.id, ip, route: 'GET /admin/users/export' },
      { requestId },
    );
    await download(response, 'text/csv', 'people.csv', linesOfUsers(everybody));
  }
}
