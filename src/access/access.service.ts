import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { Clock } from '../config/clock';
import { AccessMap, type Parameters } from './access-map';
import { decide, type Decision } from './decide';
import type { Principal } from './principal';
import { RecordNotFound } from './refusals';
import type { RecordRule, Records } from './record-rule';
import { recordRulesOf, type Condition, type Rule } from './rule';

/** Asks `decide` about requests, links to other routes, and the parts of a page that need a permission of their own. */
@Injectable()
export class Access {
  constructor(
    private readonly accessMap: AccessMap,
    private readonly clock: Clock,
    private readonly modules: ModuleRef,
  ) {}

  /**
   * May this person pass, with what the path says for its parameters? The records they name are looked for only when
   * it depends on them: neither for a visitor nor for who is refused, or passes, whichever they are.
   *
   * @throws RecordNotFound
   */
  async decide(rule: Rule, principal: Principal | null, parameters: Parameters): Promise<Decision> {
    const decision = decide(rule, principal, this.clock.now());
    if (!isOpen(decision)) return decision;
    const records = await this.recordsOf(rule, parameters);
    return decide(rule, principal, this.clock.now(), records);
  }

  /**
   * May this person use the route named like `GET /admin`? Where its rule is about the parameter itself, give it, like
   * `{ id: 7 }`; where it is about a record that must be looked for, the answer is no.
   *
   * @throws Error for a route that does not exist
   */
  mayUse(routeName: string, principal: Principal | null, parameters: Parameters = {}): boolean {
    const route = this.accessMap.route(routeName);
    if (!route) return false;
    const decision = decide(route.rule, principal, this.clock.now());
    if (!isOpen(decision)) return decision.allowed;
    return decide(route.rule, principal, this.clock.now(), recordsWithin(route.rule, parameters)).allowed;
  }

  /** Does this person meet a condition, of a part of a page? */
  meets(condition: Condition, principal: Principal | null): boolean {
    return decide({ kind: 'all-of', conditions: [condition] }, principal, this.clock.now()).allowed;
  }

  private async recordsOf(rule: Rule, parameters: Parameters): Promise<Records> {
    const records = new Map(recordsWithin(rule, parameters));
    for (const { record, value } of namedBy(rule, parameters)) {
      if (!record.find) continue;
      const found = await record.find(value, (provider) => this.modules.get(provider, { strict: false }));
      if (found === null || found === undefined) throw new RecordNotFound();
      records.set(record, found);
    }
    return records;
  }
}

/** Whether it depends on the records, which have not been looked at. */
function isOpen(decision: Decision): boolean {
  return !decision.allowed && decision.refusal === 'depends';
}

/** The records that the parameters are themselves. */
function recordsWithin(rule: Rule, parameters: Parameters): Records {
  const own = namedBy(rule, parameters).filter(({ record }) => !record.find);
  return new Map(own.map(({ record, value }) => [record, value]));
}

function namedBy(rule: Rule, parameters: Parameters): { record: RecordRule; value: string }[] {
  return recordRulesOf(rule).flatMap((record) => {
    const value = Object.hasOwn(parameters, record.parameter) ? parameters[record.parameter] : undefined;
    return typeof value === 'string' ? [{ record, value }] : [];
  });
}
