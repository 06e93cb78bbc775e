import { Injectable } from '@nestjs/common';
import { AccessMap, type Parameters, type Route } from '../access/access-map';
import { Access } from '../access/access.service';
import { decide, type Decision } from '../access/decide';
import type { Principal } from '../access/principal';
import type { Rule } from '../access/rule';
import { Clock } from '../config/clock';
import { Database } from '../database/database';
import { candidatesOf } from './candidates';
import { Principals } from './principals.service';
import { User } from './user.entity';
import { UsersService } from './users.service';

type ConditionalRule = Extract<Rule, { kind: 'all-of' }>;

/** The decision about one route, as the guard would act on it now. */
export interface RouteDecision {
  route: Route;
  decision: Decision;
}

/** Answers who may use what, and why, in the words of `decide`; pages and command line ask the same. */
@Injectable()
export class AccessQuestions {
  constructor(
    private readonly accessMap: AccessMap,
    private readonly access: Access,
    private readonly database: Database,
    private readonly users: UsersService,
    private readonly principals: Principals,
    private readonly clock: Clock,
  ) {}

  /**
   * May this user use the route, and why? Who is not active counts as a visitor. Without parameters of a path it may
   * depend on the record.
   *
   * @throws UserNotFound, RecordNotFound
   */
  async explain(email: string, route: Route, parameters: Parameters = {}): Promise<RouteDecision & { user: User }> {
    const { user, principal } = await this.asTheGuardSees(email);
    return { user, route, decision: await this.access.decide(route.rule, principal, parameters) };
  }

  /** The same for every route there is. @throws UserNotFound */
  async explainEveryRoute(email: string): Promise<{ user: User; decisions: RouteDecision[] }> {
    const { user, principal } = await this.asTheGuardSees(email);
    const now = this.clock.now();
    const decisions = this.accessMap.routes.map((route) => ({ route, decision: decide(route.rule, principal, now) }));
    return { user, decisions };
  }

  /** At most `count` of the active users who may pass whatever the record is, by id, after the one with the id `after`; `next` goes on. */
  async whoMay(
    rule: ConditionalRule,
    { after, count }: { after: number; count: number },
  ): Promise<{ people: Principal[]; next: number | null }> {
    const now = this.clock.now();
    const ids = await this.candidates(rule, now, after, count + 1);
    const asked = ids.slice(0, count);
    const principals = await this.principals.loadAll(asked);
    const people = principals.filter((principal) => decide(rule, principal, now).allowed);
    return { people, next: ids.length > count ? (asked.at(-1) ?? null) : null };
  }

  /** All of them, in pages, so that any number fits in memory. */
  async *everybodyWhoMay(rule: ConditionalRule, pageSize = 500): AsyncGenerator<Principal> {
    for (let after: number | null = 0; after !== null;) {
      const page: { people: Principal[]; next: number | null } = await this.whoMay(rule, { after, count: pageSize });
      yield* page.people;
      after = page.next;
    }
  }

  private async asTheGuardSees(email: string): Promise<{ user: User; principal: Principal | null }> {
    const user = await this.users.byEmail(email);
    return { user, principal: user.active ? await this.principals.load(user.id) : null };
  }

  private async candidates(rule: ConditionalRule, now: Date, after: number, count: number): Promise<number[]> {
    const { sql, parameters } = candidatesOf(rule, now);
    const users = await this.database.read
      .createQueryBuilder(User, 'u')
      .select('u.id')
      .where('u.id > :after AND u.active = :active', { after, active: true })
      .andWhere(sql, parameters)
      .orderBy('u.id')
      .limit(count)
      .getMany();
    return users.map(({ id }) => id);
  }
}
