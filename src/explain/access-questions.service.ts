import { Injectable } from '@nestjs/common';
import { AccessMap, type Parameters } from '../access/access-map';
import { Access } from '../access/access.service';
import { decide, type Admission } from '../access/decide';
import type { MapEntry } from '../access/entries';
import type { Principal } from '../access/principal';
import { RequiredFactor } from '../access/required-factor';
import type { Route } from '../access/route';
import { Principals } from '../accounts/principals.service';
import { UsersService } from '../accounts/users.service';
import { Clock } from '../config/clock';
import { Database } from '../database/database';
import type { User } from '../users/user.entity';
import { possibleAudienceOf, type ConditionalRule } from './route-audience';

/** At most so many reads for one page. */
const MAX_READS = 4;

/** The decision about one entry of the map, as the guard would make it now. */
export interface EntryDecision {
  entry: MapEntry;
  decision: Admission;
}

/** Answers who may use what, and why, in the words of `decide`; pages and command line ask the same. */
@Injectable()
export class AccessQuestions {
  constructor(
    private readonly accessMap: AccessMap,
    private readonly access: Access,
    private readonly requiredFactor: RequiredFactor,
    private readonly database: Database,
    private readonly users: UsersService,
    private readonly principals: Principals,
    private readonly clock: Clock,
  ) {}

  /**
   * May this user use the route, and why? An inactive user counts as a visitor. Without the path's parameters it may
   * depend on the record. Who must set up a second factor first is told so, and what they may then.
   *
   * @throws UserNotFound, RecordNotFound
   */
  async explain(
    email: string,
    route: Pick<Route, 'rule' | 'opensBeforeSecondFactor'>,
    parameters: Parameters = {},
  ): Promise<{ user: User; decision: Admission }> {
    const { user, principal } = await this.asTheGuardLoadsThem(email);
    const decision = await this.access.decide(route.rule, principal, parameters);
    return { user, decision: this.requiredFactor.admission(decision, route, principal) };
  }

  /** The same for everything on the map. @throws UserNotFound */
  async explainEverything(email: string): Promise<{ user: User; decisions: EntryDecision[] }> {
    const { user, principal } = await this.asTheGuardLoadsThem(email);
    const now = this.clock.now();
    const decisions = this.accessMap.entries.map((entry) => {
      const decision = decide(entry.rule, principal, now);
      return { entry, decision: this.requiredFactor.admission(decision, entry, principal) };
    });
    return { user, decisions };
  }

  /**
   * At most `count` of the active users who may pass whatever the record is, by id, after the one with the id `after`; `next` goes on. Where
   * many might pass and hardly anybody may, it stops after a few reads: then there are fewer, and a `next`. Those who must
   * set up a second factor first are among them.
   */
  async whoMay(
    rule: ConditionalRule,
    { after, count }: { after: number; count: number },
  ): Promise<{ people: Principal[]; next: number | null }> {
    const now = this.clock.now();
    const people: Principal[] = [];
    let from: number | null = after;
    // One more than asked for: there is a next page only if somebody is on it.
    for (let reads = 0; reads < MAX_READS && from !== null && people.length <= count; reads++) {
      const { ids, next } = await possibleAudienceOf(this.database.read, rule, { after: from, count: count + 1 });
      const principals = await this.principals.loadAll(ids, { onlyActive: true });
      people.push(...principals.filter((principal) => decide(rule, principal, now).allowed));
      from = next;
    }
    return people.length > count
      ? { people: people.slice(0, count), next: people[count - 1]?.id ?? null }
      : { people, next: from };
  }

  /** All of them, in pages, so that any number fits in memory. */
  async *everybodyWhoMay(rule: ConditionalRule, pageSize = 500): AsyncGenerator<Principal> {
    for (let after: number | null = 0; after !== null;) {
      const page: { people: Principal[]; next: number | null } = await this.whoMay(rule, { after, count: pageSize });
      yield* page.people;
      after = page.next;
    }
  }

  private async asTheGuardLoadsThem(email: string): Promise<{ user: User; principal: Principal | null }> {
    const user = await this.users.byEmail(email);
    return { user, principal: user.active ? await this.principals.load(user.id) : null };
  }
}
