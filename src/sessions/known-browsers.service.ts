import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { In, LessThan, Not, type EntityManager } from 'typeorm';
import { EndsWithAccount, type AccountEnd } from '../accounts/account-end';
import { Clock } from '../config/clock';
import { Database } from '../database/database';
import { SweptHourly, type HourlyJob } from '../database/housekeeping';
import { upsert } from '../database/upsert';
import { emailKey } from '../text/email-address';
import { BrowserCookie, browserHash } from './browser-cookie';
import { KnownBrowser } from './known-browser.entity';
import { Session } from './session.entity';

/** Of one account at once: each has attempts of its own. */
const MOST = 20;
const KEPT = 400 * 24 * 60 * 60_000;

/** In which browsers people have signed in before. */
@EndsWithAccount
@SweptHourly
@Injectable()
export class KnownBrowsers implements AccountEnd, HourlyJob {
  constructor(
    private readonly database: Database,
    private readonly cookie: BrowserCookie,
    private readonly clock: Clock,
  ) {}

  async whenDisowned(manager: EntityManager, userId: number): Promise<void> {
    await manager.delete(KnownBrowser, { userId });
  }

  /** Whoever knew the old password may have left one: only those stay in which they are still signed in. */
  async whenOthersEnd(manager: EntityManager, userId: number): Promise<void> {
    const open = await manager.find(Session, { select: { browser: true }, where: { userId } });
    const stay = open.flatMap(({ browser }) => browser ?? []);
    await manager.delete(KnownBrowser, { userId, ...(stay.length > 0 ? { browser: Not(In(stay)) } : {}) });
  }

  async sweep(): Promise<void> {
    const unused = { seenAt: LessThan(this.clock.now().getTime() - KEPT) };
    await this.database.transaction((manager) => manager.delete(KnownBrowser, unused));
  }

  /** The hash of the browser, where the account with this address has been signed in to from it; null for any other. */
  async hashIn(request: Request, email: string): Promise<string | null> {
    const number = this.cookie.numberIn(request);
    if (number === null) return null;
    const browser = browserHash(number);
    const where = { browser, user: { emailKey: emailKey(email) } };
    return (await this.database.read.existsBy(KnownBrowser, where)) ? browser : null;
  }
}

/** In the transaction that opens a session. @returns whether it is the first one there */
export async function rememberBrowser(manager: EntityManager, known: Omit<KnownBrowser, 'user'>): Promise<boolean> {
  const { userId, browser, seenAt } = known;
  const isNew = !(await manager.existsBy(KnownBrowser, { userId, browser }));
  await upsert(manager, {
    table: 'known_browsers',
    key: ['user_id', 'browser'],
    rows: [{ user_id: userId, browser, seen_at: seenAt }],
    update: ({ given }) => ({ seen_at: given('seen_at') }),
  });
  if (isNew) await forgetLongestUnused(manager, userId);
  return isNew;
}

async function forgetLongestUnused(manager: EntityManager, userId: number): Promise<void> {
  const beyond = await manager.find(KnownBrowser, {
    where: { userId },
    order: { seenAt: 'DESC', browser: 'ASC' },
    skip: MOST,
    take: MOST,
  });
  if (beyond.length > 0)
    await manager.delete(KnownBrowser, { userId, browser: In(beyond.map(({ browser }) => browser)) });
}
