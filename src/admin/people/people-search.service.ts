import { Injectable } from '@nestjs/common';
import { Clock } from '../../config/clock';
import { InvalidCursor, parseCursor } from '../../directory/directory-cursor';
import type { DirectoryQuery } from '../../directory/directory-plan';
import { MOST_COUNTED, UserCounts } from '../../directory/user-counts.service';
import { UserDirectory, type Listed } from '../../directory/user-directory.service';
import { RejectedForm } from '../../forms/form';
import type { RoleSummary } from '../../roles/find-role';
import { RolesService } from '../../roles/roles.service';
import type { Sent } from './people-addresses';
import { noSuchPage, usersForm, type UsersQuery } from './users.form';

interface Read {
  asked: UsersQuery;
  query: DirectoryQuery;
  choices: { role: string[] };
}

const DAY = 24 * 60 * 60_000;

/** Reads from an address whom somebody looks for, and finds them. All of it throws RejectedForm for what can't be looked for. */
@Injectable()
export class PeopleSearch {
  constructor(
    private readonly directory: UserDirectory,
    private readonly counts: UserCounts,
    private readonly roles: RolesService,
    private readonly clock: Clock,
  ) {}

  async page(sent: Sent, size: number) {
    return this.reading(sent, async ({ asked, query, choices }) => ({
      asked,
      choices,
      page: await this.directory.page(query, size, asked.after === undefined ? undefined : parseCursor(asked.after)),
      count: await this.counts.of(query),
    }));
  }

  /** All of them, page by page. */
  async everybody(sent: Sent): Promise<AsyncGenerator<Listed[]>> {
    return this.reading(sent, ({ query }) => this.directory.all(query));
  }

  /** The ids of as many as are counted. */
  async first(sent: Sent): Promise<number[]> {
    return this.reading(sent, ({ query }) => this.directory.first(query, MOST_COUNTED));
  }

  private async reading<T>(sent: Sent, find: (read: Read) => T | Promise<T>): Promise<T> {
    const roles = await this.roles.all();
    const choices = { role: roles.map(({ name }) => name) };
    try {
      const asked = usersForm.transform(sent);
      return await find({ asked, query: this.queryOf(asked, sent, roles), choices });
    } catch (error) {
      const fault = error instanceof InvalidCursor ? usersForm.rejected(sent, { after: noSuchPage }) : error;
      throw fault instanceof RejectedForm ? fault.withPage({ choices }) : fault;
    }
  }

  private queryOf({ search, role: name, state, away, sort }: UsersQuery, sent: Sent, roles: readonly RoleSummary[]) {
    const role = roles.find((known) => known.name === name);
    if (name && !role) throw usersForm.rejected(sent, { role: 'There is no such role. Choose one of the list.' });
    return {
      search,
      role,
      active: state === 'active' || (state === 'not active' ? false : undefined),
      isUnconfirmed: state === 'not confirmed' || undefined,
      idleSince: away ? new Date(this.clock.now().getTime() - away * DAY) : undefined,
      order: sort,
    };
  }
}
