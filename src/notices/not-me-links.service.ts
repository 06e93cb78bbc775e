import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { In, LessThan, MoreThan, Not, type EntityManager } from 'typeorm';
import { Clock } from '../config/clock';
import { Database } from '../database/database';
import { SweptHourly, type HourlyJob } from '../database/housekeeping';
import { LinkedInMail, LinkTokens, type MailedLink } from '../mail/mailed-link';
import { Outbox } from '../mail/outbox.service';
import { LinkEnded } from '../users/user-errors';
import type { User } from '../users/user.entity';
import { NotMeLink } from './not-me-link.entity';

/** So long such a link works, and so old an address must be for one to be sent there. */
const LASTS = 72 * 60 * 60_000;

const AT_ONCE = 100;

/** Links by which the reader of a mail about their account says that it wasn't them, each once. */
@LinkedInMail
@SweptHourly
@Injectable()
export class NotMeLinks implements MailedLink, HourlyJob {
  readonly kind = 'not-me';
  readonly path = '/not-me';

  constructor(
    private readonly database: Database,
    private readonly tokens: LinkTokens,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  async endsOf(ids: readonly string[]): Promise<Map<string, Date>> {
    const found = await this.database.read.findBy(NotMeLink, { id: In(ids), expiresAt: this.notYet() });
    return new Map(found.map(({ id, expiresAt }) => [id, new Date(expiresAt)]));
  }

  async sweep(): Promise<void> {
    const ended = { expiresAt: LessThan(this.clock.now().getTime()) };
    await this.database.transaction((manager) => manager.delete(NotMeLink, ended));
  }

  /**
   * Whether one may be sent to the address of this account: whoever has given it another one could use it as if they were
   * its owner.
   */
  mayGoTo({ emailSince }: Pick<User, 'emailSince'>): boolean {
    return emailSince === null || this.clock.now().getTime() - emailSince.getTime() >= LASTS;
  }

  /** One for each of these addresses. @returns their ids, in the same order */
  async make(manager: EntityManager, to: readonly Pick<NotMeLink, 'userId' | 'address'>[]): Promise<string[]> {
    const expiresAt = this.clock.now().getTime() + LASTS;
    const links = to.map((one) => ({ ...one, id: randomBytes(16).toString('hex'), expiresAt }));
    for (let i = 0; i < links.length; i += AT_ONCE) await manager.insert(NotMeLink, links.slice(i, i + AT_ONCE));
    return links.map(({ id }) => id);
  }

  /** What this site has not written is not looked up. @throws LinkEnded, whatever is wrong with the token */
  async find(manager: EntityManager, token: string): Promise<NotMeLink> {
    const id = this.tokens.idIn(this.kind, token);
    const where = { id: id ?? '', expiresAt: this.notYet() };
    const link = id && (await manager.findOne(NotMeLink, { where, relations: { user: true } }));
    if (!link) throw new LinkEnded();
    return link;
  }

  /** Uses it up: of two at the same moment one is first. @throws LinkEnded */
  async take(manager: EntityManager, token: string): Promise<NotMeLink> {
    const link = await this.find(manager, token);
    const { affected } = await manager.delete(NotMeLink, { id: link.id });
    if (affected !== 1) throw new LinkEnded();
    this.outbox.linksEnded();
    return link;
  }

  async endAllOf(manager: EntityManager, userId: number): Promise<void> {
    await manager.delete(NotMeLink, { userId });
    this.outbox.linksEnded();
  }

  /** But those that were sent to this address. */
  async endAllElsewhere(manager: EntityManager, userId: number, address: string): Promise<void> {
    await manager.delete(NotMeLink, { userId, address: Not(address) });
    this.outbox.linksEnded();
  }

  private notYet() {
    return MoreThan(this.clock.now().getTime());
  }
}
