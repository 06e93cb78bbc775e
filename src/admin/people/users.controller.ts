import { Controller, Get, Query, Render, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { CurrentUser, Permissions, Title } from '../../access/decorators';
import { originOf } from '../../access/origin';
import type { Principal } from '../../access/principal';
import { SignInEvents } from '../../audit/sign-in-events';
import { Clock } from '../../config/clock';
import { InvalidCursor, parseCursor, cursorText } from '../../directory/directory-cursor';
import type { DirectoryQuery } from '../../directory/directory-plan';
import { UserDirectory, type DirectoryPage } from '../../directory/user-directory.service';
import { RejectedForm } from '../../forms/form';
import { RolesService } from '../../roles/roles.service';
import { Administration } from '../administration';
import { download } from '../download';
import { linesOfUsers } from './users-export';
import { noSuchPage, usersForm, type UsersQuery } from './users.form';

const PAGE = 50;
const DAY = 24 * 60 * 60_000;

type Sent = Record<string, string>;
type Roles = Awaited<ReturnType<RolesService['all']>>;

@Controller('admin/users')
@Administration()
@Permissions('users-read')
export class UsersController {
  constructor(
    private readonly events: SignInEvents,
    private readonly directory: UserDirectory,
    private readonly roles: RolesService,
    private readonly clock: Clock,
  ) {}

  @Get()
  @Title('See people')
  @Render('admin/users/index')
  async index(@Query() sent: Sent) {
    const roles = await this.roles.all();
    const query = accept(sent, roles);
    const { people, next, order } = await this.pageOf(query, sent, roles);
    return {
      ...usersForm.blank(searchOf(sent)),
      choices: choicesOf(roles),
      people: people.map((person) => ({
        ...person,
        href: `/admin/users/${person.id}`,
        roles: person.roles.join(', '),
      })),
      order,
      isSearch: Boolean(query.search || query.role || query.state || query.away),
      isCutShort: next !== null && people.length < PAGE,
      here: addressOf('/admin/users', sent, { after: query.after }),
      first: query.after === undefined ? null : addressOf('/admin/users', sent),
      next: next && addressOf('/admin/users', sent, { after: cursorText(next) }),
      csv: addressOf('/admin/users/export', sent),
    };
  }

  @Get('export')
  @Title('Download the list of people')
  async export(
    @Query() sent: Sent,
    @CurrentUser() reader: Principal,
    @Req() request: Request,
    @Res() response: Response,
  ) {
    const roles = await this.roles.all();
    const pages = this.directory.all(this.asked(accept(sent, roles), sent, roles));
    const { ip, requestId } = originOf(request);
    await this.events.record(
      { kind: 'export', userId: reader.id, ip, route: 'GET /admin/users/export' },
      { requestId },
    );
    await download(response, 'text/csv', 'people.csv', linesOfUsers(pages));
  }

  private async pageOf(query: UsersQuery, sent: Sent, roles: Roles): Promise<DirectoryPage> {
    const asked = this.asked(query, sent, roles);
    try {
      return await this.directory.page(asked, PAGE, query.after === undefined ? undefined : parseCursor(query.after));
    } catch (error) {
      throw error instanceof InvalidCursor ? rejected(sent, roles, { after: noSuchPage }) : error;
    }
  }

  private asked({ search, role: name, state, away, sort }: UsersQuery, sent: Sent, roles: Roles): DirectoryQuery {
    const role = roles.find((known) => known.name === name);
    if (name && !role) throw rejected(sent, roles, { role: 'There is no such role. Choose one of the list.' });
    return {
      search,
      role,
      active: state && state === 'active',
      idleSince: away ? new Date(this.clock.now().getTime() - away * DAY) : undefined,
      order: sort,
    };
  }
}

function accept(sent: Sent, roles: Roles): UsersQuery {
  try {
    return usersForm.transform(sent);
  } catch (error) {
    throw error instanceof RejectedForm ? error.withPage({ choices: choicesOf(roles) }) : error;
  }
}

function rejected(sent: Sent, roles: Roles, errors: Record<string, string>): RejectedForm {
  return usersForm.rejected(sent, errors).withPage({ choices: choicesOf(roles) });
}

function choicesOf(roles: Roles) {
  return { role: roles.map(({ name }) => name) };
}

/** What was searched for, without the cursor. */
function searchOf({ search, role, state, away, sort }: Sent) {
  return { search, role, state, away, sort };
}

function addressOf(path: string, sent: Sent, cursor: { after?: string | undefined } = {}): string {
  const given = Object.entries({ ...searchOf(sent), ...cursor }).filter(([, value]) => value);
  const query = new URLSearchParams(given as [string, string][]).toString();
  return query ? `${path}?${query}` : path;
}
