import { Injectable } from '@nestjs/common';
import { MoreThanOrEqual, type EntityManager } from 'typeorm';
import { Clock } from '../config/clock';
import { Database } from '../database/database';
import { upsert } from '../database/upsert';
import { DailyFigure } from './daily-figure.entity';
import type { AuditAction } from './event-names';
import type { SignInEntry } from './sign-in-tally';

export type FigureKind = AuditAction | SignInEntry['kind'];

export interface Day {
  /** "2026-11-24" */
  day: string;
  counts: Partial<Record<FigureKind, number>>;
}

const DAY = 24 * 60 * 60_000;

/** What happened day by day, from counters: nothing is counted when somebody asks. */
@Injectable()
export class DailyFigures {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** The last `count` days, today the last of them, with those on which nothing happened. */
  async lastDays(count: number): Promise<Day[]> {
    const today = this.clock.now().getTime();
    const days = Array.from({ length: count }, (_, i) => dayOf(new Date(today - (count - 1 - i) * DAY)));
    const figures = await this.database.read.findBy(DailyFigure, { day: MoreThanOrEqual(days[0] ?? '') });
    return days.map((day) => ({ day, counts: countsOf(figures.filter((figure) => figure.day === day)) }));
  }
}

/**
 * More of a kind each, in the transaction in which it is recorded: last, as whatever is of that kind and day waits for this
 * row, and in one order, so that no two transactions wait for each other.
 */
export async function countMore(
  manager: EntityManager,
  happened: readonly { kind: FigureKind; at: Date; count: number }[],
): Promise<void> {
  const figures = new Map<string, { day: string; kind: FigureKind; count: number }>();
  for (const { kind, at, count } of happened) {
    const [day, key] = [dayOf(at), `${dayOf(at)} ${kind}`];
    figures.set(key, { day, kind, count: (figures.get(key)?.count ?? 0) + count });
  }
  for (const key of [...figures.keys()].sort())
    await upsert(manager, {
      table: 'daily_figures',
      key: ['day', 'kind'],
      rows: [figures.get(key)!],
      update: ({ old, given }) => ({ count: `${old('count')} + ${given('count')}` }),
    });
}

function dayOf(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}

function countsOf(figures: readonly DailyFigure[]): Day['counts'] {
  return Object.fromEntries(figures.map(({ kind, count }) => [kind, count]));
}
