import { Injectable } from '@nestjs/common';
import type { SelectQueryBuilder } from 'typeorm';
import { Database } from '../database/database';
import { SignInEvent } from './sign-in-event.entity';
import type { SignInKind } from './sign-in-words';

export interface SignInFilter {
  /** A user's id. */
  person?: number | undefined;
  /** One address or network, in each of the forms in which it is recorded. */
  networks?: readonly string[] | undefined;
  kinds?: readonly SignInKind[] | undefined;
  from?: Date | undefined;
  /** The first moment that no longer counts. */
  until?: Date | undefined;
}

/** Where a page ends. */
export type SignInCursor = Pick<SignInEvent, 'lastAt' | 'id'>;

/** One index to read, and the value of its first column. */
interface Part {
  index: string;
  kind?: SignInKind;
  network?: string;
}

/** Reads what happened beside the chain of changes: sign-ins, failures and refusals. */
@Injectable()
export class SignInLog {
  constructor(private readonly database: Database) {}

  /** The latest first, from behind `after` on. */
  async page(filter: SignInFilter, size: number, after?: SignInCursor): Promise<SignInEvent[]> {
    const found = await Promise.all(partsOf(filter).map((part) => this.read(part, filter, size, after)));
    return found.flat().sort(latestFirst).slice(0, size);
  }

  private read(part: Part, filter: SignInFilter, size: number, after?: SignInCursor): Promise<SignInEvent[]> {
    const query = this.database.read
      .createQueryBuilder(SignInEvent, 'e')
      .useIndex(part.index)
      .orderBy('e.lastAt', 'DESC')
      .addOrderBy('e.id', 'DESC')
      .take(size);
    for (const [condition, parameters] of conditionsOf(part, filter, after)) query.andWhere(condition, parameters);
    return query.getMany();
  }
}

/** Each is read by the index that finds the fewest; what else is asked for is looked at row by row. */
function partsOf({ person, networks, kinds }: SignInFilter): Part[] {
  if (person !== undefined) return [{ index: 'sign_in_events_person' }];
  if (networks) return networks.map((network) => ({ index: 'sign_in_events_network', network }));
  if (kinds) return kinds.map((kind) => ({ index: 'sign_in_events_kind', kind }));
  return [{ index: 'sign_in_events_last' }];
}

type Conditions = Parameters<SelectQueryBuilder<SignInEvent>['andWhere']>[];

function conditionsOf(part: Part, filter: SignInFilter, after?: SignInCursor): Conditions {
  const { person, networks, kinds, from, until } = filter;
  const conditions: (readonly [string, Record<string, unknown>, boolean])[] = [
    ['e.userId = :person', { person }, person !== undefined],
    ['e.ip = :network', { network: part.network }, part.network !== undefined],
    ['e.ip IN (:...networks)', { networks }, part.network === undefined && networks !== undefined],
    ['e.kind = :kind', { kind: part.kind }, part.kind !== undefined],
    ['e.kind IN (:...kinds)', { kinds }, part.kind === undefined && kinds !== undefined],
    ['e.lastAt >= :from', { from: from?.getTime() }, from !== undefined],
    ['e.lastAt < :until', { until: until?.getTime() }, until !== undefined],
    // The first of the two bounds what is read of the index.
    ['e.lastAt <= :at AND (e.lastAt < :at OR e.id < :id)', { at: after?.lastAt, id: after?.id }, after !== undefined],
  ];
  return conditions.flatMap(([condition, parameters, isAsked]) => (isAsked ? [[condition, parameters]] : []));
}

function latestFirst(one: SignInEvent, other: SignInEvent): number {
  return other.lastAt - one.lastAt || (one.id < other.id ? 1 : -1);
}
