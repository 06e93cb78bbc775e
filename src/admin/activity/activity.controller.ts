import { Controller, Get, Query, Render, Req } from '@nestjs/common';
import type { Request } from 'express';
import { principalOf } from '../../access/current-user';
import { CurrentUser, Keywords, Permissions } from '../../access/decorators';
import type { Principal } from '../../access/principal';
import type { SignInEvent } from '../../audit/sign-in-event.entity';
import { SignInLog, type SignInFilter } from '../../audit/sign-in-log.service';
import { kindGroups, kindsCalled, titleOfKind } from '../../audit/sign-in-words';
import { networkOf } from '../../config/network';
import { Accepts } from '../../forms/accepts';
import { UserNames } from '../../users/user-names.service';
import { whyHref } from '../access/why-address';
import { Administration } from '../administration';
import { ensureInOrder } from '../audit/filter-fields';
import { daysTyped, filterChips, listHref, peopleToChoose, type Typed } from '../audit/list-address';
import { PersonFilter, type Meant } from '../audit/person-filter.service';
import { activityForm, cursorOf, type ActivityQuery } from './activity.form';

const PAGE = 50;
const PATH = '/admin/activity';

/** Sign-ins, failures and refusals: who, what, where, when and how often. */
@Controller('admin/activity')
@Administration('See sign-ins and refusals')
@Keywords('log, logins, history, attempts, forbidden')
@Permissions('audit-read')
export class SignInActivityController {
  constructor(
    private readonly log: SignInLog,
    private readonly people: PersonFilter,
    private readonly names: UserNames,
  ) {}

  @Get()
  @Accepts(activityForm, (controller: SignInActivityController, request) => controller.whatIsSeen(request))
  @Render('admin/activity')
  async index(@Query(activityForm) query: ActivityQuery, @CurrentUser() reader: Principal, @Req() request: Request) {
    const typed = typedIn(request);
    this.ensureAskable(query, reader, typed);
    const meant = await this.people.find(query.person, reader, (fault) => refuse(typed, { person: fault }));
    const page = {
      ...activityForm.blank(typed),
      filters: chipsOf(query, typed, meant.words),
      seesPeople: this.people.seesPeople(reader),
    };
    if (meant.several) return { ...page, people: peopleToChoose(PATH, typed, meant.several) };
    const found = await this.log.page(filterOf(query, meant), PAGE + 1, query.after);
    const events = found.slice(0, PAGE);
    return {
      ...page,
      events: await this.rowsOf(events, typed, reader),
      first: query.after ? listHref(PATH, typed) : null,
      next: found.length > PAGE ? listHref(PATH, typed, { after: cursorOf(events.at(-1)!) }) : null,
    };
  }

  private whatIsSeen(request: Request) {
    const reader = principalOf(request);
    return { seesPeople: reader !== null && this.people.seesPeople(reader) };
  }

  /** Where people sign in is for those who may see people. */
  private ensureAskable(query: ActivityQuery, reader: Principal, typed: Typed): void {
    if (query.network && !this.people.seesPeople(reader))
      refuse(typed, { network: 'To see network addresses, you need users-read.' });
    ensureInOrder(query, (fault) => refuse(typed, { to: fault }));
  }

  private async rowsOf(events: readonly SignInEvent[], typed: Typed, reader: Principal) {
    const seesPeople = this.people.seesPeople(reader);
    const ids = seesPeople ? events.flatMap(({ userId }) => userId ?? []) : [];
    const known = await this.names.namesOf(ids);
    return events.map(({ kind, userId, ip, route, lastAt, count }) => {
      const person = userId === null ? undefined : known.get(userId);
      return {
        kind: titleOfKind(kind),
        person: person && userId !== null ? { id: userId, ...person } : null,
        userId,
        route,
        why: person && route && kind === 'forbidden' ? whyHref({ email: person.email, route }) : null,
        network: seesPeople ? ip : null,
        ofNetwork: listHref(PATH, typed, { network: ip }),
        last: new Date(lastAt),
        count,
      };
    });
  }
}

function refuse(typed: Typed, errors: Record<string, string>): never {
  throw activityForm.rejected(typed, errors);
}

function typedIn({ query }: Request): Typed {
  const { person, network, kind, from, to } = query;
  return { person, network, kind, from, to };
}

function filterOf({ network, kind, from, to }: ActivityQuery, { id }: Meant): SignInFilter {
  return {
    person: id,
    // Of strangers the network is recorded, of people the address.
    networks: network ? [...new Set([network, networkOf(network)])] : undefined,
    kinds: kind ? (kindsCalled(kind) ?? undefined) : undefined,
    from,
    until: to,
  };
}

function chipsOf({ kind, network }: ActivityQuery, typed: Typed, person?: string) {
  const group = kindGroups.find(({ value }) => value === kind);
  return filterChips(PATH, typed, {
    person,
    kind: kind && (group?.title ?? titleOfKind(kind)),
    network: network && `from ${network}`,
    ...daysTyped(typed),
  });
}
