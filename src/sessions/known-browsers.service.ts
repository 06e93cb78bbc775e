import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { LessThan, type EntityManager } from 'typeorm';
import { EndsWithAccount, type AccountEnd } from '../accounts/account-end';
import { Clock } from '../config/clock';
import { Database } from '../database/database';
import { SweptHourly, type HourlyJob } from '../database/housekeeping';
import { upsert } from '../database/upsert';
import { emailKey } from '../text/email-address';
import { BrowserCookie, browserHash } from './browser-cookie';
import { KnownBrowser } from './known-browser.entity';

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
  return isNew;
}
