import { Controller, Get, Query, Render, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { CurrentUser, Keywords, Permissions, Title } from '../../access/decorators';
import { originOf } from '../../access/origin';
import type { Principal } from '../../access/principal';
import { AuditLog, type AuditFilter } from '../../audit/audit-log.service';
import type { AuditEvent } from '../../audit/audit-event.entity';
import { AuditWatch } from '../../audit/audit-watch';
import { SignInEvents } from '../../audit/sign-in-events';
import { Clock } from '../../config/clock';
import { Accepts } from '../../forms/accepts';
import { undoOfEvent } from '../../preview/undoable';
import { RolesService } from '../../roles/roles.service';
import { UserNames } from '../../users/user-names.service';
import { Administration } from '../administration';
import { download } from '../download';
import { undoLink } from '../undo/undo-link';
import { linesOf } from './audit-export';
import { aboutPerson, auditExportForm, auditForm, type AuditQuery } from './audit.form';
import { eventViewsOf } from './event-view';
import { ensureInOrder } from './filter-fields';
import { daysTyped, filterChips, listHref, peopleToChoose, type Typed } from './list-address';
import { PersonFilter } from './person-filter.service';

const PAGE = 50;
const PATH = '/admin/audit';

type Export = ReturnType<typeof auditExportForm.transform>;

@Controller('admin/audit')
@Administration()
@Permissions('audit-read')
export class AuditController {
  constructor(
    private readonly events: SignInEvents,
    private readonly log: AuditLog,
    private readonly watch: AuditWatch,
    private readonly people: PersonFilter,
    private readonly names: UserNames,
    private readonly roles: RolesService,
    private readonly clock: Clock,
  ) {}

  @Get()
  @Title('Read the audit log')
  @Keywords('history, changes, record, journal')
  @Accepts(auditForm, (controller: AuditController) => controller.choices())
  @Render('admin/audit')
  async index(@Query(auditForm) query: AuditQuery, @CurrentUser() reader: Principal, @Req() request: Request) {
    const typed = typedIn(request);
    const { filter, meant, role } = await this.filterOf(query, reader, typed);
    const page = {
      ...auditForm.blank(typed),
      ...(await this.choices()),
      watched: this.watch.last,
      filters: chipsOf(query, typed, meant.words, role?.name),
    };
    if (meant.several) return { ...page, people: peopleToChoose(PATH, typed, meant.several) };
    const found = await this.log.page(filter, PAGE + 1, query.before);
    const events = found.slice(0, PAGE);
    const views = await eventViewsOf(events, this.people.seesPeople(reader) ? this.names : null);
    return {
      ...page,
      events: withUndo(views, events, this.clock.now()),
      newest: query.before === undefined ? null : listHref(PATH, typed),
      older: found.length > PAGE ? listHref(PATH, typed, { before: events.at(-1)?.sequence }) : null,
      csv: listHref(`${PATH}/export`, typed, { format: 'csv' }),
      jsonl: listHref(`${PATH}/export`, typed, { format: 'jsonl' }),
    };
  }

  @Get('export')
  @Title('Download the audit log')
  @Keywords('export, CSV, history, changes, record')
  @Accepts(auditExportForm, (controller: AuditController) => controller.choices())
  async export(
    @Query(auditExportForm) query: Export,
    @CurrentUser() reader: Principal,
    @Req() request: Request,
    @Res() response: Response,
  ) {
    const typed = typedIn(request);
    const { filter, meant } = await this.filterOf(query, reader, typed);
    if (meant.several) refuse(typed, { person: 'This finds several people. Enter the address or the number of one.' });
    const lines = linesOf(this.log.all(filter), query.format, this.people.seesPeople(reader));
    const { ip, requestId } = originOf(request);
    await this.events.record(
      { kind: 'export', userId: reader.id, ip, route: 'GET /admin/audit/export' },
      { requestId },
    );
    const type = query.format === 'csv' ? 'text/csv' : 'application/jsonl';
    await download(response, type, `audit.${query.format}`, lines);
  }

  private async filterOf(query: Omit<AuditQuery, 'before'>, reader: Principal, typed: Typed) {
    const { action, from, to } = query;
    ensureInOrder(query, (fault) => refuse(typed, { to: fault }));
    const meant = await this.people.find(query.person, reader, (fault) => refuse(typed, { person: fault }));
    const role = query.role === undefined ? null : await this.roles.find(query.role);
    if (query.role !== undefined && !role) refuse(typed, { role: 'There is no such role. Choose one of the list.' });
    const about = aboutPerson(meant.id, query.side);
    const filter: AuditFilter = { ...about, role: role?.id, actions: action?.actions, from, until: to };
    return { filter, meant, role };
  }

  private async choices() {
    return { choices: { role: (await this.roles.all()).map(({ name }) => name) } };
  }
}

/** Beside each event that can be undone, where. */
function withUndo<View extends object>(views: readonly View[], events: readonly AuditEvent[], now: Date) {
  return views.map((view, i) => {
    const undo = undoOfEvent(events[i]!, now);
    return { ...view, undo: undo && undoLink(undo.what, undo.of) };
  });
}

function refuse(typed: Typed, errors: Record<string, string>): never {
  throw auditForm.rejected(typed, errors);
}

function typedIn({ query }: Request): Typed {
  const { person, side, role, from, to, action } = query;
  return { person, side, role, from, to, action };
}

function chipsOf({ action, side }: AuditQuery, typed: Typed, person?: string, role?: string) {
  return filterChips(PATH, typed, {
    person,
    side: person && side && `done ${side}`,
    role,
    action: action?.words,
    ...daysTyped(typed),
  });
}
