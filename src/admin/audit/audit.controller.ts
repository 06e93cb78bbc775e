import { Controller, Get, Query, Render, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Access } from '../../access/access.service';
import { CurrentUser, Permissions, permissions, Title } from '../../access/decorators';
import { originOf } from '../../access/origin';
import type { Principal } from '../../access/principal';
import { UsersService } from '../../accounts/users.service';
import { AuditLog, type AuditFilter } from '../../audit/audit-log.service';
import type { AuditEvent } from '../../audit/audit-event.entity';
import { SignInEvents } from '../../audit/sign-in-events';
import { Clock } from '../../config/clock';
import { undoOfEvent } from '../../preview/undoable';
import { UserNames } from '../../users/user-names.service';
import { Administration } from '../administration';
import { download } from '../download';
import { undoLink } from '../undo/undo-link';
import { linesOf } from './audit-export';
import { auditExportForm, auditForm, endOf, type AuditQuery } from './audit.form';
import { eventViewsOf } from './event-view';

const PAGE = 50;

type Export = ReturnType<typeof auditExportForm.transform>;

@Controller('admin/audit')
@Administration()
@Permissions('audit-read')
export class AuditController {
  constructor(
    private readonly access: Access,
    private readonly events: SignInEvents,
    private readonly log: AuditLog,
    private readonly users: UsersService,
    private readonly names: UserNames,
    private readonly clock: Clock,
  ) {}

  @Get()
  @Title('Read the audit log')
  @Render('admin/audit')
  async index(@Query(auditForm) query: AuditQuery, @CurrentUser() reader: Principal, @Req() request: Request) {
    const filter = await this.filterOf(query, reader, request);
    const now = this.clock.now();
    const found = await this.log.page(filter, PAGE + 1, query.before);
    const events = found.slice(0, PAGE);
    return {
      ...auditForm.blank(typedIn(request)),
      events: withUndo(await eventViewsOf(events, this.seesPersons(reader) ? this.names : null), events, now),
      isSearch: ['person', 'action', 'from', 'to'].some((name) => request.query[name]),
      newest: query.before === undefined ? null : addressOf('/admin/audit', request, {}),
      older: found.length > PAGE ? addressOf('/admin/audit', request, { before: events.at(-1)?.sequence }) : null,
      csv: addressOf('/admin/audit/export', request, { format: 'csv' }),
      jsonl: addressOf('/admin/audit/export', request, { format: 'jsonl' }),
    };
  }

  @Get('export')
  @Title('Download the audit log')
  async export(
    @Query(auditExportForm) query: Export,
    @CurrentUser() reader: Principal,
    @Req() request: Request,
    @Res() response: Response,
  ) {
    const pages = this.log.all(await this.filterOf(query, reader, request));
    const lines = linesOf(pages, query.format, this.seesPersons(reader));
    const { ip, requestId } = originOf(request);
    await this.events.record(
      { kind: 'export', userId: reader.id, ip, route: 'GET /admin/audit/export' },
      { requestId },
    );
    const type = query.format === 'csv' ? 'text/csv' : 'application/jsonl';
    await download(response, type, `audit.${query.format}`, lines);
  }

  private async filterOf(
    { person, action, from, to }: Omit<AuditQuery, 'before'>,
    reader: Principal,
    request: Request,
  ) {
    if (from && to && from > to)
      throw auditForm.rejected(request.query, { to: 'The last day comes before the first one.' });
    const filter: AuditFilter = { action, from, until: endOf(to) };
    return typeof person === 'string'
      ? { ...filter, person: await this.idOf(person, reader, request) }
      : { ...filter, person };
  }

  private async idOf(email: string, reader: Principal, request: Request): Promise<number> {
    if (!this.seesPersons(reader))
      throw auditForm.rejected(request.query, {
        person: 'Enter the number of a user: to find people by their address, you need users-read.',
      });
    const user = await this.users.findByEmail(email);
    if (user) return user.id;
    throw auditForm.rejected(request.query, {
      person: 'No account has this address. If it was deleted, enter the number of the user.',
    });
  }

  private seesPersons(reader: Principal): boolean {
    return this.access.meets(permissions('users-read'), reader);
  }
}

/** Beside each event that can be undone, where. */
function withUndo<View extends object>(views: readonly View[], events: readonly AuditEvent[], now: Date) {
  return views.map((view, i) => {
    const undo = undoOfEvent(events[i]!, now);
    return { ...view, undo: undo && undoLink(undo.what, undo.of) };
  });
}

function typedIn({ query }: Request) {
  const { person, from, to, action } = query;
  return { person, from, to, action };
}

/** The same search, elsewhere. */
function addressOf(path: string, request: Request, more: Record<string, string | number | undefined>): string {
  const searched = typedIn(request) as Record<string, string | undefined>;
  const given = Object.entries({ ...searched, ...more }).filter(([, value]) => value);
  const query = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return query ? `${path}?${query}` : path;
}
