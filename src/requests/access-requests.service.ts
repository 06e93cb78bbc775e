import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { IsNull, LessThan, MoreThan, Not, type EntityManager } from 'typeorm';
import { AccessMap } from '../access/access-map';
import { describeRule } from '../access/describe-rule';
import type { MapEntry } from '../access/entries';
import type { Principal } from '../access/principal';
import type { Rule } from '../access/rule';
import { EndsWithAccount, type AccountEnd } from '../accounts/account-end';
import { Clock } from '../config/clock';
import { Database } from '../database/database';
import { isUniqueViolation } from '../database/errors';
import { User } from '../users/user.entity';
import { AccessRequest, type RequestState } from './access-request.entity';
import { AskedAlready, NothingToAskFor, RequestClosed, TooManyRequests } from './request-errors';
import { isRequestable } from './role-suggestions';

const DAY = 24 * 60 * 60_000;
const MOST_OPEN = 10;
const MOST_IN_A_DAY = 20;

/** What people ask for. Nobody's access depends on it; whoever answers does so through RequestDecisions. */
@EndsWithAccount
@Injectable()
export class AccessRequests implements AccountEnd {
  constructor(
    private readonly accessMap: AccessMap,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async whenDeactivated(manager: EntityManager, userId: number): Promise<void> {
    await manager.delete(AccessRequest, { userId });
  }

  /** What they can ask for, by the name of a route. @throws NothingToAskFor */
  askable(person: Principal, routeName: string): MapEntry {
    const entry = this.accessMap.entryOf(routeName);
    if (!entry || !this.isAskable(person, entry)) throw new NothingToAskFor();
    return entry;
  }

  /** Whether a role could open it to them. */
  isAskable(person: Principal, { rule }: MapEntry): boolean {
    return isRequestable(rule, person, this.clock.now());
  }

  /** @returns what they now ask for. @throws NothingToAskFor, AskedAlready, TooManyRequests */
  async ask(person: Principal, routeName: string, reason: string): Promise<MapEntry> {
    const entry = this.askable(person, routeName);
    await this.database.transaction(async (manager) => {
      await this.takeTurn(manager, person.id);
      await this.insert(manager, person.id, routeName, entry.rule, reason);
      await this.ensureNotTooMany(manager, person.id);
    });
    return entry;
  }

  /** @throws RequestClosed */
  async withdraw(id: number): Promise<void> {
    const { affected } = await this.database.transaction((manager) =>
      manager.update(
        AccessRequest,
        { id, state: 'open' },
        { state: 'withdrawn', openFor: null, decidedAt: this.clock.now() },
      ),
    );
    if (affected !== 1) throw new RequestClosed();
  }

  async byId(id: number): Promise<AccessRequest | null> {
    return this.database.read.findOneBy(AccessRequest, { id });
  }

  /** The last time they asked for this, or what is open for the same rule. */
  async latest(userId: number, { rule, names }: MapEntry): Promise<AccessRequest | null> {
    const [open] = await this.database.read.findBy(AccessRequest, { userId, openFor: hashOf(describeRule(rule)) });
    return open ?? (await this.newestOf(userId, MOST_IN_A_DAY)).find(({ route }) => names.includes(route)) ?? null;
  }

  /** Their newest first. */
  async newestOf(userId: number, count: number): Promise<AccessRequest[]> {
    return this.database.read.find(AccessRequest, { where: { userId }, order: { id: 'DESC' }, take: count });
  }

  /** Of the open ones those that wait longest first, of others the newest; after the one with the id `after`. */
  async page(state: RequestState, size: number, after?: number): Promise<AccessRequest[]> {
    const isOpen = state === 'open';
    const further = isOpen ? MoreThan : LessThan;
    return this.database.read.find(AccessRequest, {
      where: { state, ...(after === undefined ? {} : { id: further(after) }) },
      order: { id: isOpen ? 'ASC' : 'DESC' },
      relations: { user: true },
      take: size,
    });
  }

  /** One after the other, so that the limit holds; and not for who was deactivated meanwhile. */
  private async takeTurn(manager: EntityManager, userId: number): Promise<void> {
    await manager.update(User, { id: userId, active: true }, { active: true });
    if (!(await manager.existsBy(User, { id: userId, active: true }))) throw new NothingToAskFor();
  }

  private async insert(manager: EntityManager, userId: number, route: string, rule: Rule, reason: string) {
    const words = describeRule(rule);
    try {
      await manager.insert(AccessRequest, {
        userId,
        route,
        rule: words,
        reason,
        state: 'open',
        openFor: hashOf(words),
        createdAt: this.clock.now(),
      });
    } catch (error) {
      throw isUniqueViolation(error) ? new AskedAlready() : error;
    }
  }

  private async ensureNotTooMany(manager: EntityManager, userId: number): Promise<void> {
    const open = await manager.countBy(AccessRequest, { userId, openFor: Not(IsNull()) });
    if (open > MOST_OPEN)
      throw new TooManyRequests(`${MOST_OPEN} of your requests wait for an answer. Withdraw one first.`);
    const newest = await manager.find(AccessRequest, {
      where: { userId },
      order: { id: 'DESC' },
      take: MOST_IN_A_DAY + 1,
    });
    const earlier = newest[MOST_IN_A_DAY];
    if (earlier && earlier.createdAt.getTime() > this.clock.now().getTime() - DAY)
      throw new TooManyRequests(`You have asked ${MOST_IN_A_DAY} times within a day. Please ask again tomorrow.`);
  }
}

function hashOf(rule: string): string {
  return createHash('sha256').update(rule).digest('hex');
}
