import { Body, Controller, Get, HttpStatus, Post, Query, Redirect, Render, Req } from '@nestjs/common';
import type { Request } from 'express';
import { AnyOf, Permissions, permissions, roles } from '../access/decorators';
import { actorOf } from '../auth/origin';
import { tellNext } from '../auth/session';
import { normaliseEmail } from '../config/email-address';
import { RejectedForm } from '../forms/form';
import { sitePath } from '../forms/site-path';
import { RolesService } from '../roles/roles.service';
import type { UserChange } from '../users/change';
import { Changes, PreviewIsStale } from '../users/changes.service';
import type { Effect } from '../users/effect';
import { UsersService } from '../users/users.service';
import { effectPage, namedIn } from './effect-page';
import { userChangeForm, userChangeOf } from './user-change.form';
import { buttons, summaryOf, titleOf } from './user-change-words';

type Sent = Record<string, unknown>;
type Accepted = ReturnType<typeof userChangeOf>;

/** Changes of people's roles and states: GET shows the effect, POST makes what was shown. */
@Controller('admin/users/change')
@AnyOf(roles('Admin'), permissions('admin-read', 'admin-write'))
@Permissions('users-read', 'users-write')
export class UserChangesController {
  constructor(
    private readonly changes: Changes,
    private readonly users: UsersService,
    private readonly roles: RolesService,
  ) {}

  @Get()
  @Render('admin/change/users')
  async show(@Query() sent: Sent, @Req() request: Request) {
    if (Object.keys(sent).length === 0) return userChangeForm.blank();
    const { change, next } = await this.accept(sent);
    const effect = await this.changes.preview(actorOf(request), change);
    return { ...userChangeForm.blank(sent), ...(await this.page(change, next, effect)) };
  }

  @Post()
  @Redirect('/admin/users', HttpStatus.SEE_OTHER)
  async make(@Body() sent: Sent = {}, @Req() request: Request) {
    const accepted = await this.accept(sent);
    const { change, next } = accepted;
    const addresses = await this.users.addressesOf(change.users);
    if (change.change === 'delete') await this.ensureTyped(accepted, sent, request, addresses);
    const effect = await this.confirm(accepted, sent, request);
    await tellNext(request, summaryOf(change, effect, addresses));
    return { url: placeAfter(change, next) };
  }

  private async confirm({ change, digest, next }: Accepted, sent: Sent, request: Request): Promise<Effect> {
    try {
      return await this.changes.confirm(actorOf(request), change, digest);
    } catch (error) {
      if (!(error instanceof PreviewIsStale)) throw error;
      const rejection = {
        status: HttpStatus.CONFLICT,
        message: digest === '' ? 'Look at the effect first.' : error.message,
      };
      throw userChangeForm.rejected(sent, {}, rejection).showing(await this.page(change, next, error.effect));
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
    if (address === undefined || normaliseEmail(email) === address) return;
    const effect = await this.changes.preview(actorOf(request), change);
    throw userChangeForm
      .rejected(sent, { email: 'Type the address of the person whom you delete.' })
      .showing(await this.page(change, next, effect));
  }

  private async accept(sent: Sent) {
    try {
      return userChangeOf(sent);
    } catch (error) {
      throw error instanceof RejectedForm ? error.showing(await this.choices(sent)) : error;
    }
  }

  private async choices({ change, users }: Sent) {
    const names = (await this.roles.all()).map(({ name }) => name);
    return {
      choices: { role: names },
      ofRole: change === 'grant' || change === 'revoke',
      users: [users].flat().join(),
    };
  }

  private async page(change: UserChange, next: string, effect: Effect) {
    const people = await this.users.namesOf([...change.users, ...namedIn(effect)]);
    const addresses = new Map([...people].map(([id, { email }]) => [id, email]));
    return {
      ...(await this.choices({ ...change })),
      title: titleOf(change, addresses),
      button: buttons[change.change],
      isGrant: change.change === 'grant',
      isDeletion: change.change === 'delete',
      back: placeAfter(change, next),
      effect: effectPage(effect, people),
    };
  }
}

function placeAfter({ change, users }: UserChange, next: string): string {
  if (next) return sitePath(next);
  return users.length === 1 && change !== 'delete' ? `/admin/users/${users[0]}` : '/admin/users';
}
