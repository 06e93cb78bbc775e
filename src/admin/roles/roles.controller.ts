import { Controller, Get, Query, Render, Req } from '@nestjs/common';
import type { Request } from 'express';
import { AccessMap } from '../../access/access-map';
import { Access } from '../../access/access.service';
import { isPermission, meaningOf } from '../../access/catalogue';
import { principalOf } from '../../access/current-user';
import { CurrentUser, Found, Keywords, Permissions, permissions, Title } from '../../access/decorators';
import { hasEnded } from '../../access/holdings';
import { actorOf } from '../../access/origin';
import type { Principal } from '../../access/principal';
import { recordById } from '../../access/record-rule';
import type { Rule } from '../../access/rule';
import { rolesIn } from '../../access/rule-references';
import { AuditLog } from '../../audit/audit-log.service';
import { Clock } from '../../config/clock';
import { RoleHolders, type RoleHolder } from '../../directory/role-holders.service';
import { Accepts } from '../../forms/accepts';
import { after } from '../../forms/fields';
import { missingOf } from '../../roles/authority';
import { everythingIn } from '../../roles/carried';
import type { RoleSummary } from '../../roles/find-role';
import { versionOf } from '../../roles/role-version';
import { RolesService } from '../../roles/roles.service';
import { joined } from '../../text/joined';
import { UserNames } from '../../users/user-names.service';
import { byArea, cellOf, entryRow, holderOf, roleHref } from '../access/access-grid';
import { Administration } from '../administration';
import { eventViewsOf } from '../audit/event-view';
import { PersonFinder } from '../people/person-finder.service';
import { RoleChoices } from '../people/role-choices.service';
import { boxesFor, leftTheCatalogue } from './role.form';
import { RoleOpenings } from './role-openings.service';
import { whomForm } from './whom.form';

const HOLDERS = 50;
const EVENTS = 20;

const roleInPath = recordById({ from: RolesService, findById: (id, roles) => roles.byId(id) });

@Controller('admin/roles')
@Administration()
@Permissions('roles-read')
export class RolesController {
  constructor(
    private readonly access: Access,
    private readonly accessMap: AccessMap,
    private readonly roles: RolesService,
    private readonly openings: RoleOpenings,
    private readonly choices: RoleChoices,
    private readonly finder: PersonFinder,
    private readonly holders: RoleHolders,
    private readonly userNames: UserNames,
    private readonly log: AuditLog,
    private readonly clock: Clock,
  ) {}

  @Get()
  @Title('See roles')
  @Keywords('groups')
  @Render('admin/roles/index')
  async index() {
    const all = await this.roles.all();
    return {
      roles: all.sort(builtInFirst).map(({ permissions, ...role }) => ({
        ...role,
        href: roleHref(role.id),
        carries: permissions.length,
      })),
    };
  }

  @Get(':id')
  @Title('See a role')
  @Accepts(whomForm, (controller: RolesController, request) => controller.pageOf(request))
  @Render('admin/roles/role')
  async show(
    @Found(roleInPath) role: RoleSummary,
    @Query(whomForm) { person }: ReturnType<typeof whomForm.transform>,
    @Query('after') from: unknown,
    @CurrentUser() reader: Principal,
    @Req() request: Request,
  ) {
    return {
      ...whomForm.blank({ person }),
      ...(await this.page(role, after.parse(from), reader, request)),
      found: person && this.isGivable(role, reader) ? await this.foundFor(role, person) : [],
    };
  }

  /** Where it can't be read who is looked for. */
  private async pageOf(request: Request): Promise<object> {
    const [role, reader] = [await this.roles.byId(Number(request.params.id)), principalOf(request)];
    return role && reader ? this.page(role, 0, reader, request) : {};
  }

  private async page(role: RoleSummary, from: number, reader: Principal, request: Request) {
    return {
      role,
      isGivable: this.isGivable(role, reader),
      permissions: everythingIn(role).map((name) => ({ name, meaning: meaningIfKnown(name) })),
      isTakenFromAbove: !(await this.mayTake(role, reader, request)),
      missing: this.missing(role, reader),
      areas: byArea(this.entriesOf(role)),
      whyNothing: this.openings.whyNothing(role),
      people: this.access.meets(permissions('users-read'), reader) ? await this.peopleOf(role, from) : null,
      events: this.access.meets(permissions('audit-read'), reader) ? await this.eventsOf(role, reader) : null,
    };
  }

  @Get(':id/edit')
  @Title('Edit a role')
  @Permissions('roles-write')
  @Render('admin/roles/edit')
  edit(@Found(roleInPath) role: RoleSummary, @CurrentUser() reader: Principal) {
    return {
      role,
      base: versionOf(role),
      missing: this.missing(role, reader),
      values: { name: role.name, description: role.description },
      errors: {},
      choices: { permissions: boxesFor(reader, role, this.clock.now()) },
    };
  }

  private isGivable(role: RoleSummary, reader: Principal): boolean {
    return this.access.mayUse('GET /admin/users/change', reader) && this.choices.isWithin(role, reader);
  }

  /** Those whom the words find, with where the role is given to them. */
  private async foundFor({ id, name }: RoleSummary, words: string) {
    const people = await this.finder.find(words);
    return people.map((person) => {
      const query = new URLSearchParams({ change: 'grant', users: String(person.id), role: name, next: roleHref(id) });
      return { ...person, href: `/admin/users/change?${query.toString()}` };
    });
  }

  /** In words, what of the role the viewer can't pass on, and so can't change; empty where they can. */
  private missing(role: RoleSummary, reader: Principal): string {
    const power = { role: role.name, permissions: role.permissions, until: null };
    return joined(missingOf(reader, power, this.clock.now()), 'and');
  }

  /** Only somebody who may change roles is told of it, as it costs a look at those who hold this one. */
  private async mayTake(role: RoleSummary, reader: Principal, request: Request): Promise<boolean> {
    if (!this.access.meets(permissions('roles-write'), reader)) return true;
    return this.roles.mayTakeFromHolders(actorOf(request), role.id);
  }

  /** What names the role, and what opens to who holds it and no other. */
  private entriesOf(role: RoleSummary) {
    const [now, holder] = [this.clock.now(), holderOf(role)];
    return this.accessMap.entries
      .filter((entry) => names(role, entry.rule) || this.openings.opens(role, entry))
      .map((entry) => ({
        ...entryRow(entry),
        area: entry.area,
        isNamed: names(role, entry.rule),
        ...cellOf(entry, holder, now),
      }));
  }

  private async peopleOf({ id }: RoleSummary, from: number) {
    const { holders, next } = await this.holders.page(id, { after: from, count: HOLDERS });
    const now = this.clock.now();
    return {
      some: holders.map((holder) => ({ ...holder, ...stateOf(holder, now) })),
      isFirst: from === 0,
      first: roleHref(id),
      next: next === null ? null : `${roleHref(id)}?after=${next}`,
    };
  }

  private async eventsOf({ id }: RoleSummary, reader: Principal) {
    const events = await this.log.page({ role: id }, EVENTS);
    return eventViewsOf(events, this.access.meets(permissions('users-read'), reader) ? this.userNames : null);
  }
}

function builtInFirst(one: RoleSummary, other: RoleSummary): number {
  return Number(other.builtIn) - Number(one.builtIn) || one.name.localeCompare(other.name, 'en', { numeric: true });
}

function meaningIfKnown(permission: string): string {
  return isPermission(permission) ? meaningOf(permission) : leftTheCatalogue;
}

function names({ name }: RoleSummary, rule: Rule): boolean {
  return (rolesIn(rule) as string[]).includes(name);
}

function stateOf({ from, until }: RoleHolder, now: Date) {
  return { hasEnded: hasEnded({ until }, now), beginsLater: from !== null && from > now };
}
