import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { Clock } from '../config/clock';
import { RecordNotFound } from './access-errors';
import { AccessMap, type Parameters } from './access-map';
import { decide, type Decision } from './decide';
import type { Principal } from './principal';
import { noRecords, type RecordInPath, type Records } from './record-rule';
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
   * May this person pass, and which records does the path name? Those the handler wants are found only for who may pass.
   *
   * @throws RecordNotFound
   */
  async admit(
    rule: Rule,
    principal: Principal | null,
    parameters: Parameters,
    wanted: readonly RecordInPath[],
  ): Promise<{ decision: Decision; records: Records }> {
    const { decision, records } = await this.judge(rule, principal, parameters);
    if (!decision.allowed) return { decision, records };
    const further = wanted.filter((record) => !records.has(record));
    if (further.length === 0) return { decision, records };
    return { decision, records: new Map([...records, ...(await this.find(namedBy(further, parameters)))]) };
  }

  /**
   * May this person pass, with what the path says for its parameters? The records they name are looked for only when
   * it depends on them: neither for a visitor nor for who is refused, or passes, whichever they are.
   *
   * @throws RecordNotFound
   */
  async decide(rule: Rule, principal: Principal | null, parameters: Parameters): Promise<Decision> {
    return (await this.judge(rule, principal, parameters)).decision;
  }

  private async judge(rule: Rule, principal: Principal | null, parameters: Parameters) {
    const decision = decide(rule, principal, this.clock.now());
    if (!isOpen(decision)) return { decision, records: noRecords };
    const records = await this.find(namedBy(recordRulesOf(rule), parameters));
    return { decision: decide(rule, principal, this.clock.now(), records), records };
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
    if (!isOpen(decision)) return opens(decision);
    return opens(decide(route.rule, principal, this.clock.now(), recordsWithin(route.rule, parameters)));
  }

  /**
   * May this person use the route for this record, which is at hand: of a list that was read once, say. Its rule asks about
   * no other record.
   */
  mayUseFor(routeName: string, principal: Principal | null, record: unknown): boolean {
    const route = this.accessMap.route(routeName);
    if (!route) return false;
    const records = new Map(recordRulesOf(route.rule).map((rule) => [rule, record]));
    return opens(decide(route.rule, principal, this.clock.now(), records));
  }

  /** Does this person meet a condition, of a part of a page? */
  meets(condition: Condition, principal: Principal | null): boolean {
    return decide({ kind: 'all-of', conditions: [condition] }, principal, this.clock.now()).allowed;
  }

  private async find(named: readonly Named<RecordInPath>[]): Promise<Records> {
    const records = new Map<RecordInPath, unknown>();
    for (const { record, value } of named) {
      const { source } = record;
      const found = source ? await source.find(value, this.modules.get<never>(source.from, { strict: false })) : value;
      if (found === null || found === undefined) throw new RecordNotFound();
      records.set(record, found);
    }
    return records;
  }
}

/** Whether they may go there: who is asked there to prove again who they are goes on afterwards. */
function opens(decision: Decision): boolean {
  return decision.allowed || decision.refusal === 'prove-again';
}

/** Whether it depends on the records, which have not been looked at. */
function isOpen(decision: Decision): boolean {
  return !decision.allowed && decision.refusal === 'depends';
}

/** The records that the parameters are themselves. */
function recordsWithin(rule: Rule, parameters: Parameters): Records {
  const own = namedBy(recordRulesOf(rule), parameters).filter(({ record }) => !record.source);
  return new Map(own.map(({ record, value }) => [record, value]));
}

interface Named<Asked> {
  record: Asked;
  value: string;
}

function namedBy<Asked extends RecordInPath>(asked: readonly Asked[], parameters: Parameters): Named<Asked>[] {
  return asked.flatMap((record) => {
    const value = Object.hasOwn(parameters, record.parameter) ? parameters[record.parameter] : undefined;
    return typeof value === 'string' ? [{ record, value }] : [];
  });
}
