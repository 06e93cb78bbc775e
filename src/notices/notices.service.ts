import { Injectable } from '@nestjs/common';
import { In, LessThan, MoreThan, type EntityManager } from 'typeorm';
import type { Actor } from '../audit/actor';
import type { Entry } from '../audit/audit.service';
import { userIdOf } from '../audit/describe-event';
import { KEPT_MS } from '../audit/erasure';
import { FollowsEvents, type EventFollower } from '../audit/event-follower';
import { Clock } from '../config/clock';
import { Database } from '../database/database';
import { SweptHourly, type HourlyJob } from '../database/housekeeping';
import { Outbox } from '../mail/outbox.service';
import { browserName } from '../text/browser-name';
import { User } from '../users/user.entity';
import { AccountNotice } from './account-notice.entity';
import { mailDataOf } from './notice-mail';
import { NotMeLinks } from './not-me-links.service';
import { sentenceOf, type DoneBy, type ToldEvent } from './told';

const AT_ONCE = 100;
const DAY = 24 * 60 * 60_000;

/** What happened to an account, before it is told. */
export interface Happened {
  userId: number;
  event: ToldEvent;
  actor: Actor;
  before?: object | undefined;
  after?: object | undefined;
}

type Notice = Omit<AccountNotice, 'id' | 'user'>;

/** Where a mail about these notices goes, and whether it carries a link. */
interface Letter {
  userId: number;
  address: string;
  hasLink: boolean;
  notices: readonly Notice[];
}

/**
 * Tells people what happens to their accounts: by a mail, and on a page of theirs. Whatever is recorded in the audit log and
 * declared as told is told in the transaction of the change; several things at once are one mail.
 */
@FollowsEvents
@SweptHourly
@Injectable()
export class Notices implements EventFollower, HourlyJob {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly links: NotMeLinks,
    private readonly clock: Clock,
  ) {}

  async recorded(manager: EntityManager, entries: readonly Entry[]): Promise<void> {
    const happened = entries.flatMap(({ subject, action, actor, before, after }) => {
      const userId = userIdOf(subject);
      return userId === null ? [] : [{ userId, event: action, actor, before, after }];
    });
    await this.tell(manager, happened);
  }

  /** In the transaction in which it happens. */
  async tell(manager: EntityManager, happened: readonly Happened[]): Promise<void> {
    const told = happened.filter((one) => sentenceOf(one.event, detailsOf(one)) !== null);
    if (told.length === 0) return;
    const notices = await Promise.all(told.map((one) => this.noticeOf(one)));
    const ids = [...new Set(notices.map(({ userId }) => userId))];
    for (let i = 0; i < ids.length; i += AT_ONCE) await this.tellSome(manager, ids.slice(i, i + AT_ONCE), notices);
  }

  /** How often somebody was told of such an event within the last 24 hours. */
  async countOfDay(manager: EntityManager, userId: number, event: ToldEvent): Promise<number> {
    return manager.countBy(AccountNotice, { userId, event, at: MoreThan(this.clock.now().getTime() - DAY) });
  }

  /** The newest first, of those before this id. */
  async page(userId: number, most: number, before?: number): Promise<AccountNotice[]> {
    return this.database.read.find(AccountNotice, {
      where: { userId, ...(before === undefined ? {} : { id: LessThan(before) }) },
      order: { id: 'DESC' },
      take: most,
    });
  }

  async sweep(): Promise<void> {
    const old = { at: LessThan(this.clock.now().getTime() - KEPT_MS) };
    await this.database.transaction((manager) => manager.delete(AccountNotice, old));
  }

  /** Where somebody else did it from is not theirs to know. */
  private async noticeOf(one: Happened): Promise<Notice> {
    const { by, before, after } = detailsOf(one);
    const place = by !== 'other' && 'ip' in one.actor ? one.actor : null;
    return {
      userId: one.userId,
      event: one.event,
      by,
      details: JSON.stringify({ before, after }),
      browser: place?.agent ? await browserName(place.agent) : null,
      ip: place?.ip ? place.ip.slice(0, 45) : null,
      at: this.clock.now().getTime(),
    };
  }

  /** Nobody is told who is deleted in the same change. */
  private async tellSome(manager: EntityManager, ids: readonly number[], all: readonly Notice[]): Promise<void> {
    const people = await manager.findBy(User, { id: In(ids) });
    const known = new Set(people.map(({ id }) => id));
    const notices = all.filter(({ userId }) => known.has(userId));
    for (let i = 0; i < notices.length; i += AT_ONCE)
      await manager.insert(AccountNotice, notices.slice(i, i + AT_ONCE));
    const before = await this.database.read.findBy(User, { id: In(ids) });
    const letters = people
      .filter(({ active }) => active)
      .flatMap((is) =>
        this.lettersFor(
          is,
          before.find(({ id }) => id === is.id) ?? is,
          notices.filter(({ userId }) => userId === is.id),
        ),
      );
    await this.send(manager, letters);
  }

  /**
   * To their address; where it is another one since this change, to both. A link goes to none that is new, and to the one
   * they had only where they changed it themselves. Who acts by a link has proved to be its owner, and the other one is
   * told nothing.
   */
  private lettersFor(is: User, was: User, notices: readonly Notice[]): Letter[] {
    const letter = { userId: is.id, notices };
    const letters = [{ ...letter, address: is.email, hasLink: this.links.mayGoTo(is) }];
    if (was.email === is.email || notices.some(({ by }) => by === 'visitor')) return letters;
    const isOwnChange = notices.every(({ by }) => by === 'self');
    return [...letters, { ...letter, address: was.email, hasLink: isOwnChange && this.links.mayGoTo(was) }];
  }

  private async send(manager: EntityManager, letters: readonly Letter[]): Promise<void> {
    const linked = letters.filter(({ hasLink }) => hasLink);
    const ids = await this.links.make(
      manager,
      linked.map(({ userId, address }) => ({ userId, address })),
    );
    await this.outbox.addAll(
      manager,
      'account-notice',
      letters.map((letter) => {
        const id = ids[linked.indexOf(letter)];
        return {
          to: { id: letter.userId, email: letter.address },
          ...(id === undefined ? {} : { link: { kind: this.links.kind, id } }),
          data: mailDataOf(letter.notices),
        };
      }),
    );
  }
}

function detailsOf({ userId, actor, before = {}, after = {} }: Happened) {
  return { by: doneBy(actor, userId), before: { ...before }, after: { ...after } };
}

function doneBy(actor: Actor, userId: number): DoneBy {
  if (actor.kind === 'user') return actor.id === userId ? 'self' : 'other';
  return actor.kind === 'visitor' ? 'visitor' : 'other';
}
