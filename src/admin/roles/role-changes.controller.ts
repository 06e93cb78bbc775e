import { Body, Controller, Get, HttpStatus, Post, Query, Redirect, Render, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Access } from '../../access/access.service';
import { principalOf } from '../../access/current-user';
import { Fresh, Permissions, permissions } from '../../access/decorators';
import { actorOf } from '../../access/origin';
import type { RoleChange } from '../../preview/change';
import { Changes } from '../../preview/changes.service';
import type { Effect } from '../../preview/effect';
import { everythingIn } from '../../roles/carried';
import { RoleChanged } from '../../roles/role-errors';
import { RolesService } from '../../roles/roles.service';
import { setFlashMessage } from '../../sessions/session';
import { isolated } from '../../text/isolated';
import { UserNames } from '../../users/user-names.service';
import { Administration } from '../administration';
import { effectOrForm, type FormAgain } from '../effect-or-form';
import { effectPage, namedIn } from '../effect-page';
import { peopleInWords } from '../people/user-change-words';
import { undoLink } from '../undo/undo-link';
import { UndoPages } from '../undo/undo-pages.service';
import { isUndo } from '../undo/undo.form';
import { roleChangeForm, roleChangeOf } from './role-change.form';
import { RoleOpenings } from './role-openings.service';

type Sent = Record<string, unknown>;

/** Changes of what a role is: GET shows the effect on everybody who holds it, POST makes what was shown. */
@Controller('admin/roles/change')
@Administration('Change or delete a role')
@Permissions('roles-read', 'roles-write')
export class RoleChangesController {
  constructor(
    private readonly access: Access,
    private readonly changes: Changes,
    private readonly names: UserNames,
    private readonly roles: RolesService,
    private readonly openings: RoleOpenings,
    private readonly undos: UndoPages,
  ) {}

  @Get()
  @Render('admin/change/roles')
  async show(@Query() sent: Sent, @Req() request: Request) {
    if (Object.keys(sent).length === 0) return roleChangeForm.blank();
    if (isUndo(sent)) return this.undos.show('roles', sent, request);
    const { change } = await this.accept(sent);
    const effect = await this.preview(change, sent, request);
    return { ...roleChangeForm.blank(sent), ...(await this.page(change, effect, request)) };
  }

  @Post()
  @Fresh()
  @Redirect('/admin/roles', HttpStatus.SEE_OTHER)
  async make(@Body() sent: Sent = {}, @Req() request: Request) {
    if (isUndo(sent)) return this.undos.make('roles', sent, request);
    const { change, digest, typed } = await this.accept(sent);
    if (change.change === 'delete') await this.ensureTyped(change, typed, sent, request);
    const before = await this.roles.find(change.role);
    const confirm = () => this.changes.confirm(actorOf(request), change, digest);
    await effectOrForm(confirm, this.formAgain(change, sent, request));
    const isEdit = change.change === 'edit';
    await setFlashMessage(
      request,
      `The role ${isolated(isEdit ? change.to.name : change.role)} is ${isEdit ? 'saved' : 'deleted'}.`,
      isEdit ? undoLink('roles', request.requestId) : undefined,
    );
    return isEdit && before ? { url: `/admin/roles/${before.id}` } : {};
  }

  private async preview(change: RoleChange, sent: Sent, request: Request): Promise<Effect> {
    const preview = () => this.changes.preview(actorOf(request), change);
    return effectOrForm(preview, this.formAgain(change, sent, request));
  }

  /** Who deletes a role has read which; a program, which has no field to type it into, has the digest. */
  private async ensureTyped(change: RoleChange, typed: string, sent: Sent, request: Request): Promise<void> {
    const role = sent.name === undefined ? null : await this.roles.find(change.role);
    if (!role || typed.toLowerCase() === role.name.toLowerCase()) return;
    const effect = await this.preview(change, sent, request);
    throw roleChangeForm
      .rejected(sent, { name: 'Type the name of the role that you delete.' })
      .withPage(await this.page(change, effect, request));
  }

  /** A text that was not changed is kept, even if it would be refused as a new one. */
  private async accept(sent: Sent): Promise<ReturnType<typeof roleChangeOf>> {
    const accepted = roleChangeOf(sent);
    const { change } = accepted;
    const role = change.change === 'edit' ? await this.roles.find(change.role) : null;
    if (change.change !== 'edit' || !role) return accepted;
    const name = sent.name === role.name ? role.name : change.to.name;
    const description = sent.description === role.description ? role.description : change.to.description;
    return { ...accepted, change: { ...change, to: { ...change.to, name, description } } };
  }

  private formAgain(change: RoleChange, sent: Sent, request: Request): FormAgain {
    return async (error, effect) =>
      roleChangeForm.rejected(sent, {}, error).withPage({
        ...(await this.page(change, effect, request)),
        ...(error instanceof RoleChanged ? { conflict: bothOf(change, error) } : {}),
      });
  }

  private async page(change: RoleChange, effect: Effect | null, request: Request) {
    const role = await this.roles.find(change.role);
    const isForPeople = this.access.meets(permissions('users-read'), principalOf(request));
    const people = effect && isForPeople ? await this.names.namesOf(namedIn(effect)) : null;
    return {
      title: `${change.change === 'edit' ? 'Change' : 'Delete'} the role ${isolated(change.role)}`,
      isDeletion: change.change === 'delete',
      button: buttonOf(change, effect),
      permissions: change.change === 'edit' ? change.to.permissions.join() : '',
      back: role ? `/admin/roles/${role.id}` : '/admin/roles',
      edit: role && change.change === 'edit' ? `/admin/roles/${role.id}/edit` : null,
      whyNothing: change.change === 'edit' ? this.openings.whyNothing(change.to) : null,
      effect: effect && effectPage(effect, people, principalOf(request)?.id),
    };
  }
}

/** "Delete Stage crew for 19 people": what takes something away says from how many. */
function buttonOf(change: RoleChange, effect: Effect | null): string {
  if (change.change === 'edit')
    return effect?.losing ? `Save the role and take from ${peopleInWords(effect.losing)}` : 'Save the role';
  const holders = effect?.roles.find(({ kind }) => kind === 'lose')?.people;
  const button = `Delete ${isolated(change.role)}`;
  return holders ? `${button} for ${peopleInWords(holders)}` : button;
}

/** What somebody else has saved beside what was to be saved. */
function bothOf(change: RoleChange, { role: theirs }: RoleChanged) {
  if (change.change !== 'edit') return null;
  const yours = change.to;
  const row = (what: string, theirs: string, yours: string) => ({ what, theirs, yours, differs: theirs !== yours });
  return [
    row('Name', theirs.name, yours.name),
    row('Description', theirs.description, yours.description),
    row('Permissions', everythingIn(theirs).join(', '), everythingIn(yours).join(', ')),
  ];
}
