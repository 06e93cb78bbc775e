import { Body, Controller, Get, HttpStatus, Post, Query, Redirect, Render, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Fresh, Permissions } from '../../access/decorators';
import { actorOf } from '../../access/origin';
import { endInField } from '../../config/moments';
import { parseRowId } from '../../config/row-id';
import { RejectedForm } from '../../forms/form';
import { sitePath } from '../../forms/site-path';
import type { UserChange } from '../../preview/change';
import { Changes, PreviewIsStale } from '../../preview/changes.service';
import type { Effect } from '../../preview/effect';
import { RolesService } from '../../roles/roles.service';
import { UserHoldings } from '../../roles/user-holdings.service';
import { setFlashMessage } from '../../sessions/session';
import { isSameEmail } from '../../text/email-address';
import { UserNames } from '../../users/user-names.service';
import { Administration } from '../administration';
import { effectPage, namedIn } from '../effect-page';
import { buttons, summaryOf, titleOf } from './user-change-words';
import { isOfRole, userChangeForm, userChangeOf } from './user-change.form';

type Sent = Record<string, unknown>;
type Accepted = ReturnType<typeof userChangeOf>;

/** Changes of people's roles and states: GET shows the effect, POST makes what was shown. */
@Controller('admin/users/change')
@Administration('Change people and the roles they have')
@Permissions('users-read', 'users-write')
export class UserChangesController {
  constructor(
    private readonly changes: Changes,
    private readonly names: UserNames,
    private readonly roles: RolesService,
    private readonly holdings: UserHoldings,
  ) {}

  @Get()
  @Render('admin/change/users')
  async show(@Query() sent: Sent, @Req() request: Request) {
    if (Object.keys(sent).length === 0) return userChangeForm.blank();
    const opened = await this.filled(sent);
    const { change, next } = await this.accept(opened);
    const effect = await this.changes.preview(actorOf(request), change);
    return {
      ...userChangeForm.blank({ ...opened, until: endShown(change) }),
      ...(await this.page(change, next, effect)),
    };
  }

  @Post()
  @Fresh()
  @Redirect('/admin/users', HttpStatus.SEE_OTHER)
  async make(@Body() sent: Sent = {}, @Req() request: Request) {
    const accepted = await this.accept(sent);
    const { change, next } = accepted;
    const addresses = await this.names.addressesOf(change.users);
    if (change.change === 'delete') await this.ensureTyped(accepted, sent, request, addresses);
    const effect = await this.confirm(accepted, sent, request);
    await setFlashMessage(request, summaryOf(change, effect, addresses));
    return { url: placeAfter(change, next) };
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

  private async confirm({ change, digest, next }: Accepted, sent: Sent, request: Request): Promise<Effect> {
    try {
      return await this.changes.confirm(actorOf(request), change, digest);
    } catch (error) {
      if (!(error instanceof PreviewIsStale)) throw error;
      const rejection = { status: error.status, message: error.message };
      throw userChangeForm
        .rejected({ ...sent, until: endShown(change) }, {}, rejection)
        .withPage(await this.page(change, next, error.effect));
    }
  }

  /** Who deletes somebody has read whom. */
  private async ensureTyped(
    { change, next, email }: Accepted,
    sent: Sent,
    request: Request,
    addresses: ReadonlyMap<number, string>,
  ): Promise<void> {
    const [address] = addresses.values();
    if (address === undefined || isSameEmail(email, address)) return;
    const effect = await this.changes.preview(actorOf(request), change);
    throw userChangeForm
      .rejected(sent, { email: 'Type the address of the person whom you delete.' })
      .withPage(await this.page(change, next, effect));
  }

  private async accept(sent: Sent) {
    try {
      const { change, ...more } = userChangeOf(sent);
      return { change: await this.asItIs(change, sent), ...more };
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

  private async page(change: UserChange, next: string, effect: Effect) {
    const people = await this.names.namesOf([...change.users, ...namedIn(effect)]);
    const addresses = new Map([...people].map(([id, { email }]) => [id, email]));
    return {
      ...(await this.choices({ ...change, until: endShown(change) })),
      title: titleOf(change, addresses),
      button: buttons[change.change],
      isDeletion: change.change === 'delete',
      back: placeAfter(change, next),
      effect: effectPage(effect, people),
    };
  }
}

function endShown(change: UserChange): string {
  return 'until' in change && change.until ? endInField(change.until) : '';
}

function placeAfter({ change, users }: UserChange, next: string): string {
  if (next) return sitePath(next);
  return users.length === 1 && change !== 'delete' ? `/admin/users/${users[0]}` : '/admin/users';
}
