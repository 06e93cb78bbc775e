import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { Access } from '../../access/access.service';
import { principalOf } from '../../access/current-user';
import { permissions } from '../../access/decorators';
import { actorOf } from '../../access/origin';
import { userIdOf } from '../../audit/describe-event';
import { sitePath } from '../../forms/site-path';
import type { Undo } from '../../preview/change';
import { Changes } from '../../preview/changes.service';
import { UNDO_MS } from '../../preview/confirmed-change';
import type { Effect } from '../../preview/effect';
import type { UndoneChange } from '../../preview/undone-change';
import { setFlashMessage } from '../../sessions/session';
import { calledIn, UserNames } from '../../users/user-names.service';
import { effectOrForm, type FormAgain } from '../effect-or-form';
import { effectPage, namedIn, onlyOneOf } from '../effect-page';
import type { Sent } from '../people/people-addresses';
import { placeAfter } from '../people/user-change-places';
import { undoLink } from './undo-link';
import { summaryOfUndo, titleOfUndo } from './undo-words';
import { undoForms, undoOf } from './undo.form';

/** The preview of an undo, and its confirmation: a page of those on which changes are. */
@Injectable()
export class UndoPages {
  constructor(
    private readonly access: Access,
    private readonly changes: Changes,
    private readonly names: UserNames,
  ) {}

  async show(what: Undo['what'], sent: Sent, request: Request): Promise<object> {
    const { undo, next } = undoOf(what, sent);
    const preview = () => this.changes.preview(actorOf(request), undo);
    const effect = await effectOrForm(preview, this.formAgain(what, sent, request));
    return { ...undoForms[what].blank(sent), ...(await this.page(what, effect, next, request)) };
  }

  async make(what: Undo['what'], sent: Sent, request: Request): Promise<{ url: string }> {
    const { undo, digest, next } = undoOf(what, sent);
    const confirm = () => this.changes.confirm(actorOf(request), undo, digest);
    const effect = await effectOrForm(confirm, this.formAgain(what, sent, request));
    const undone = effect.undone!;
    const message = summaryOfUndo(undone, effect, await this.names.calledOf(namedIn(effect)));
    await setFlashMessage(request, message, undoLink(what, request.requestId, next));
    return { url: placeAfterUndo(what, undone, next) };
  }

  private formAgain(what: Undo['what'], sent: Sent, request: Request): FormAgain {
    return async ({ status, message: reason }, effect) => {
      const isNothing = effect !== null && !effect.isChange;
      const message = isNothing ? 'Nothing is left to undo: it was undone, or changed since.' : reason;
      const { next } = undoOf(what, sent);
      return undoForms[what]
        .rejected(sent, {}, { status, message })
        .withPage(await this.page(what, effect, next, request));
    };
  }

  private async page(what: Undo['what'], effect: Effect | null, next: string, request: Request) {
    const undone = effect?.undone ?? null;
    const reader = principalOf(request);
    const isForPeople = this.access.meets(permissions('users-read'), reader);
    const by = undone && userIdOf(undone.actor);
    const ids = [...(effect ? namedIn(effect) : []), ...(by ? [by] : [])];
    const people = isForPeople ? await this.names.namesOf(ids) : null;
    const called = calledIn(people ?? new Map());
    return {
      undo: {
        what,
        title: undone ? titleOfUndo(undone, called) : 'Undo',
        by: by === reader?.id ? 'You' : ((by && called.get(by)) ?? undone?.actor),
        at: undone?.at,
        until: undone && new Date(undone.at.getTime() + UNDO_MS),
        ...(undone?.what === 'roles' ? { kept: undone.kept, restored: undone.restored } : {}),
        isOfState: undone?.what === 'users' && undone.change.change === 'deactivate',
      },
      person: undone?.what === 'users' && people ? onlyOneOf(undone.change.users, people) : null,
      back: placeAfterUndo(what, undone, next),
      effect: effect && effectPage(effect, people, reader?.id),
    };
  }
}

function placeAfterUndo(what: Undo['what'], undone: UndoneChange | null, next: string): string {
  if (undone?.what === 'users') return placeAfter(undone.change, next);
  if (next) return sitePath(next);
  return undone ? `/admin/roles/${undone.role.id}` : `/admin/${what}`;
}
