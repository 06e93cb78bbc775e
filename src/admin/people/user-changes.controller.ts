import { Body, Controller, Get, HttpStatus, Post, Query, Redirect, Render, Req } from '@nestjs/common';
import type { Request } from 'express';
import { principalOf } from '../../access/current-user';
import { CurrentUser, Fresh, Keywords, Permissions } from '../../access/decorators';
import { actorOf } from '../../access/origin';
import type { Principal } from '../../access/principal';
import { endInField } from '../../config/moments';
import { parseRowId } from '../../config/row-id';
import { RejectedForm } from '../../forms/form';
import type { UserChange } from '../../preview/change';
import { Changes, PreviewIsStale } from '../../preview/changes.service';
import type { Effect } from '../../preview/effect';
import { RolesService } from '../../roles/roles.service';
import { UserHoldings } from '../../roles/user-holdings.service';
import { setFlashMessage } from '../../sessions/session';
import { isSameEmail } from '../../text/email-address';
import { calledIn, UserNames } from '../../users/user-names.service';
import { roleHref } from '../access/access-grid';
import { Administration } from '../administration';
import { effectPage, namedIn, onlyOneOf } from '../effect-page';
import { RoleOpenings } from '../roles/role-openings.service';
import { undoLink } from '../undo/undo-link';
import { UndoPages } from '../undo/undo-pages.service';
import { isUndo } from '../undo/undo.form';
import { searchKeptIn, type Sent } from './people-addresses';
import { PeopleSearch } from './people-search.service';
import { RoleChoices } from './role-choices.service';
import { RoleOffers } from './role-offers.service';
import { buttonOf, choosesRole, summaryOf, titleOf } from './user-change-words';
import { backFrom, placeAfter } from './user-change-places';
import { isOfRole, userChangeForm, userChangeOf, type ChangeOfRole } from './user-change.form';

type Accepted = ReturnType<typeof userChangeOf>;

/** Changes of people's roles and states: GET shows the effect, POST makes what was shown. */
@Controller('admin/users/change')
@Administration('Change people and the roles they have')
@Keywords('give, take, activate, deactivate, block, delete, users, accounts')
@Permissions('users-read', 'users-write')
export class UserChangesController {
  constructor(
    private readonly changes: Changes,
    private readonly names: UserNames,
    private readonly roles: RolesService,
    private readonly openings: RoleOpenings,
    private readonly holdings: UserHoldings,
    private readonly search: PeopleSearch,
    private readonly roleChoices: RoleChoices,
    private readonly roleOffers: RoleOffers,
    private readonly undos: UndoPages,
  ) {}

  @Get()
  @Render('admin/change/users')
  async show(@Query() asked: Sent, @CurrentUser() reader: Principal, @Req() request: Request) {
    if (Object.keys(asked).length === 0) return userChangeForm.blank();
    if (isUndo(asked)) return this.undos.show('users', asked, request);
    const sent = await this.withPeople(asked);
    if (isOfRole(sent.change) && !sent.role) return this.roleChoice(sent.change, sent, reader, request);
    const opened = await this.filled(sent);
    const { change, next } = await this.accept(opened);
    const effect = await this.changes.preview(actorOf(request), change);
    return {
      ...userChangeForm.blank({ ...opened, until: endShown(change) }),
      ...(await this.page(change, next, effect, opened, request)),
    };
  }

  @Post()
  @Fresh()
  @Redirect('/admin/users', HttpStatus.SEE_OTHER)
  async make(@Body() body: Sent = {}, @Req() request: Request) {
    if (isUndo(body)) return this.undos.make('users', body, request);
    const sent = await this.withPeople(body);
    const accepted = await this.accept(sent);
    const { change, next } = accepted;
    const people = await this.names.namesOf(change.users);
    if (change.change === 'delete') await this.ensureTyped(accepted, sent, request, people);
    const called = calledIn(people);
    const effect = await this.confirm(accepted, sent, request);
    const undo = change.change !== 'delete' ? undoLink('users', request.requestId, next) : undefined;
    await setFlashMessage(request, summaryOf(change, effect, called), undo);
    return { url: placeAfter(change, next) };
  }

  /** With the numbers of those who are found where a search stands in their place. */
  private async withPeople(sent: Sent): Promise<Sent> {
    if (typeof sent.matching !== 'string' || sent.matching === '') return sent;
    return { ...sent, users: (await this.search.first(searchKeptIn(sent.matching))).join() };
  }

  /** Which role, of those that can be given, or taken. What else was typed is kept for the preview. */
  private async roleChoice(change: ChangeOfRole, sent: Sent, reader: Principal, request: Request) {
    const { users, next } = await this.read(sent, () => userChangeForm.transform(sent));
    const people = await this.names.namesOf(users);
    const roles = await this.roleChoices.of(change, users, reader);
    const [id, ...others] = users;
    const grantOf = (role: string) => userChangeOf({ ...sent, role }).change;
    const isOffer = change === 'grant' && id !== undefined && others.length === 0;
    const offers = isOffer ? await this.roleOffers.of(actorOf(request), id, roles.open, grantOf) : [];
    const offered = offers.map(({ name }) => name);
    return {
      ...userChangeForm.blank(sent),
      person: onlyOneOf(users, people),
      users: users.join(),
      title: choosesRole(change, users, calledIn(people)),
      roles: { ...roles, open: roles.open.filter(({ name }) => !offered.includes(name)), isAny: roles.open.length > 0 },
      offers,
      isOwn: isOf(users, request),
      back: backFrom(sent, { change, users }, next),
    };
  }

  /** The form as it opens for a role that somebody holds already: with the end and the reason that there are. */
  private async filled(sent: Sent): Promise<Sent> {
    const user = parseRowId(sent.users);
    const opens = (sent.change === 'grant' || sent.change === 'change-end') && sent.until === undefined;
    const held = opens && user ? await this.holdings.heldGrant(user, String(sent.role)) : null;
    if (!held) return sent;
    const [until, reason] = [held.until && endInField(held.until), held.reason];
    return { reason: reason ?? '', ...sent, change: 'change-end', until: until ?? '' };
  }

  private async confirm(
    { change, digest, shown_until, next }: Accepted,
    sent: Sent,
    request: Request,
  ): Promise<Effect> {
    try {
      return await this.changes.confirm(actorOf(request), change, digest, shown_until);
    } catch (error) {
      if (!(error instanceof PreviewIsStale)) throw error;
      throw userChangeForm
        .rejected({ ...sent, until: endShown(change) }, {}, error)
        .withPage(await this.page(change, next, error.effect, sent, request));
    }
  }

  /** Who deletes somebody has read whom. */
  private async ensureTyped(
    { change, next, email }: Accepted,
    sent: Sent,
    request: Request,
    people: People,
  ): Promise<void> {
    const [person] = people.values();
    if (!person || isSameEmail(email, person.email)) return;
    const effect = await this.changes.preview(actorOf(request), change);
    throw userChangeForm
      .rejected(sent, { email: 'Type the address of the person whom you delete.' })
      .withPage(await this.page(change, next, effect, sent, request));
  }

  private async accept(sent: Sent) {
    const { change, ...more } = await this.read(sent, () => userChangeOf(sent));
    return { change: await this.asItIs(change, sent), ...more };
  }

  private async read<T>(sent: Sent, read: () => T): Promise<T> {
    try {
      return read();
    } catch (error) {
      throw error instanceof RejectedForm ? error.withPage(await this.choices(sent)) : error;
    }
  }

  /** An end that was not touched, or not sent, stays to the millisecond, which a field can't hold where a time comes twice. */
  private async asItIs(change: UserChange, { until }: Sent): Promise<UserChange> {
    if (change.change !== 'change-end') return change;
    const held = await this.holdings.heldGrant(change.users[0] ?? 0, change.role);
    const isUntouched = until === undefined || (held?.until && until === endInField(held.until));
    return held && isUntouched ? { ...change, until: held.until } : change;
  }

  private async choices({ change, users, until }: Sent) {
    const names = (await this.roles.all()).map(({ name }) => name);
    const isWithTime = typeof until === 'string' && until.includes('T');
    return {
      choices: { role: names },
      ofRole: isOfRole(change),
      typeOfEnd: isWithTime ? 'datetime-local' : 'date',
      users: [users].flat().join(),
    };
  }

  /** Why a role that is given opens no page for anybody, and where it is edited; null where it opens one. */
  private async nothingOpened(change: UserChange, { routes }: Effect) {
    if (change.change !== 'grant' || routes.length > 0) return null;
    const role = await this.roles.find(change.role);
    const why = role && this.openings.whyNothing(role);
    return why && { why, edit: `${roleHref(role.id)}/edit` };
  }

  private async page(change: UserChange, next: string, effect: Effect, sent: Sent, request: Request) {
    const people = await this.names.namesOf([...change.users, ...namedIn(effect)]);
    return {
      person: change.change === 'delete' ? null : onlyOneOf(change.users, people),
      ...(await this.choices({ ...change, until: endShown(change) })),
      title: titleOf(change, calledIn(people)),
      button: buttonOf(change, effect),
      isDeletion: change.change === 'delete',
      isOwn: isOf(change.users, request),
      back: backFrom(sent, change, next),
      nothing: await this.nothingOpened(change, effect),
      effect: effectPage(effect, people, principalOf(request)?.id),
    };
  }
}

type People = Awaited<ReturnType<UserNames['namesOf']>>;

/** Whether it is about them, who ask, and nobody else. */
function isOf(users: readonly number[], request: Request): boolean {
  return users.length === 1 && users[0] === principalOf(request)?.id;
}

function endShown(change: UserChange): string {
  return 'until' in change && change.until ? endInField(change.until) : '';
}
