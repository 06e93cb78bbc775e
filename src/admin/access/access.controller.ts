import { Controller, Get, Query, Render } from '@nestjs/common';
import { AccessMap } from '../../access/access-map';
import { Access } from '../../access/access.service';
import { CurrentUser, Keywords, Permissions, permissions, Title } from '../../access/decorators';
import { othersMay } from '../../access/describe-rule';
import { nameOf, pageAmong, type MapEntry } from '../../access/entries';
import type { Principal } from '../../access/principal';
import { RequiredFactor } from '../../access/required-factor';
import type { Rule } from '../../access/rule';
import { Clock } from '../../config/clock';
import { AccessQuestions } from '../../explain/access-questions.service';
import { AccessRequests } from '../../requests/access-requests.service';
import { askHref } from '../../requests/ask-address';
import type { RoleSummary } from '../../roles/find-role';
import { RolesService } from '../../roles/roles.service';
import { Administration } from '../administration';
import { accessGrid, entryHref, entryRow } from './access-grid';
import { mapForm, MOST_COLUMNS, routeForm, unknownRoute } from './access.form';
import { entriesFound } from './entry-search';
import { whyHref } from './why-address';

const PAGE = 50;

/** So many columns have room for the names of their roles; of more, these stand upright. */
const WIDE_COLUMNS = 6;

type Sent = Record<string, unknown>;
type Shown = ReturnType<typeof mapForm.transform>;

@Controller('admin/access')
@Administration()
export class AccessController {
  constructor(
    private readonly access: Access,
    private readonly requiredFactor: RequiredFactor,
    private readonly accessMap: AccessMap,
    private readonly questions: AccessQuestions,
    private readonly requests: AccessRequests,
    private readonly roles: RolesService,
    private readonly clock: Clock,
  ) {}

  @Get()
  @Title('See the access map')
  @Keywords('rules, rights, who may do what')
  @Permissions('roles-read')
  @Render('admin/access/index')
  async index(@Query(mapForm) { role: names, unfold }: Shown) {
    const roles = await this.roles.all();
    const columns = this.columnsOf(roles, names);
    return {
      ...mapForm.blank(),
      ...accessGrid(this.accessMap.entries, columns, this.clock.now()),
      choices: roles.map(({ name }) => ({ name, isShown: columns.some((column) => column.name === name) })),
      isNarrow: columns.length > WIDE_COLUMNS,
      isUnfolded: unfold === 'all',
      unfolded: mapHref(names, true),
      folded: mapHref(names, false),
    };
  }

  @Get('route')
  @Title('See who can use a page or action')
  @Permissions('roles-read')
  @Render('admin/access/route')
  async route(@Query() sent: Sent, @CurrentUser() reader: Principal) {
    const { route: name, page, after } = routeForm.transform(sent);
    if (!name && !page) return routeForm.blank();
    const found = name ? [this.named(name, sent)] : this.searched(page, sent);
    const [entry] = found;
    if (!entry || found.length > 1) return { ...routeForm.blank({ page }), found: found.map(entryRow) };
    const maySeePeople = this.access.meets(permissions('users-read'), reader);
    return {
      ...routeForm.blank({ page: entry.title ?? entry.name }),
      entry: {
        ...entryRow(entry),
        area: entry.area,
        routes: entry.routes.map((route) => ({ name: nameOf(route), handler: route.handler })),
        anyone: anyoneIn(entry.rule),
        others: othersMay(entry.rule),
        open: pageAmong(entry.names, (page) => this.access.mayUse(page, reader)),
        ask: this.requests.isAskable(reader, entry) ? askHref(entry.name) : null,
      },
      people: maySeePeople ? await this.peopleOf(entry, after) : null,
    };
  }

  /** Roles that are gone meanwhile are left out. */
  private columnsOf(roles: readonly RoleSummary[], names: readonly string[]): RoleSummary[] {
    const chosen = roles.filter(({ name }) => names.includes(name));
    return chosen.length > 0 ? chosen : roles.slice(0, MOST_COLUMNS);
  }

  private named(name: string, sent: Sent): MapEntry {
    const entry = this.accessMap.entryOf(name);
    if (entry) return entry;
    throw routeForm.rejected(sent, { route: unknownRoute });
  }

  private searched(page: string, sent: Sent): MapEntry[] {
    const found = entriesFound(this.accessMap.entries, page);
    if (found.length > 0) return found;
    throw routeForm.rejected(sent, { page: unknownRoute });
  }

  private async peopleOf(entry: MapEntry, after: number) {
    if (entry.rule.kind !== 'all-of' || anyoneIn(entry.rule)) return null;
    const { people, next } = await this.questions.whoMay(entry.rule, { after, count: PAGE });
    return {
      some: people.map((person) => {
        const { id, name, email } = person;
        const needsFactor = this.requiredFactor.standsBefore(entry, person);
        return { id, name, email, needsFactor, href: whyHref({ email, route: entry.name }) };
      }),
      isFirst: after === 0,
      first: entryHref(entry),
      next: next === null ? null : entryHref(entry, next),
    };
  }
}

/** Whom the rule lets in where no list of people would say more. */
function anyoneIn(rule: Rule): string | null {
  if (rule.kind === 'public') return 'Anyone, signed in or not.';
  if (rule.kind === 'signed-out') return 'Anyone who is not signed in.';
  const isForAllSignedIn = rule.conditions.every(({ kind }) => kind === 'authenticated');
  return isForAllSignedIn ? 'Everybody with an active account.' : null;
}

function mapHref(roles: readonly string[], isUnfolded: boolean): string {
  const query = new URLSearchParams([
    ...roles.map((name) => ['role', name]),
    ...(isUnfolded ? [['unfold', 'all']] : []),
  ]).toString();
  return query ? `/admin/access?${query}` : '/admin/access';
}
