import { Inject, Injectable } from '@nestjs/common';
import { Access } from '../access/access.service';
import { Principals } from '../accounts/principals.service';
import { Clock } from '../config/clock';
import { settings, type Settings } from '../config/settings';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Of a session, or of its row as the database gives it. */
interface Lived {
  userId: number;
  remember: boolean | number;
  seenAt: number;
  expiresAt: number;
}

/** For how long a session is believed. */
@Injectable()
export class SessionLife {
  private readonly idleMs: number;
  private readonly rememberedIdleMs: number;

  constructor(
    private readonly clock: Clock,
    private readonly access: Access,
    private readonly principals: Principals,
    @Inject(settings.KEY) settings: Settings,
  ) {
    this.idleMs = settings.SESSION_IDLE_MINUTES * MINUTE;
    this.rememberedIdleMs = settings.SESSION_REMEMBER_IDLE_DAYS * DAY;
  }

  /** Why it is over; null while it is not. It ends without use, later where it is remembered, and at its latest anyway. */
  async endOf({
    userId,
    remember,
    seenAt,
    expiresAt,
  }: Lived): Promise<'unused' | 'not used for days' | 'too old' | null> {
    const now = this.clock.now().getTime();
    const unusedFor = now - seenAt;
    if (now >= expiresAt) return 'too old';
    if (!remember) return unusedFor < this.idleMs ? null : 'unused';
    if (unusedFor >= this.rememberedIdleMs) return 'not used for days';
    return unusedFor >= DAY && (await this.isAdministrator(userId)) ? 'not used for days' : null;
  }

  /** Whoever can open the administration. It is asked only of sessions that were not used for a day. */
  private async isAdministrator(userId: number): Promise<boolean> {
    return this.access.mayUse('GET /admin', await this.principals.load(userId));
  }
}
