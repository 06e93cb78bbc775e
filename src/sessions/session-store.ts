import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import DataLoader from 'dataloader';
import type { Request } from 'express';
import { Cookie, Store, type SessionData } from 'express-session';
import { Clock } from '../config/clock';
import { settings, type Settings } from '../config/settings';
import { Database } from '../database/database';
import { DatabaseUnavailable } from '../database/errors';
import { SessionLife } from './session-life';
import { Session } from './session.entity';
import { BrowserCookie } from './browser-cookie';
import { Sessions, type SentForm } from './sessions.service';
import { cookieOptions } from './session-cookie';
import './why-session-ended';
import { UnusedSignIns } from './unused-sign-ins';
import type { AuthenticatedUser } from './authenticated-user';

const MINUTE = 60_000;

/** At most so long does a page wait until the use of its session is saved: too short to notice. */
const TOUCH_MS = 250;

/** Who is signed in by a session, the version of their access, and when they last proved who they are. */
export class SessionIdentity {
  constructor(
    readonly userId: number,
    readonly accessVersion: string,
    readonly provedAt: Date,
  ) {}
}

/** Beside the sentence of a flash message, for who may use the route. */
export interface FlashLink {
  route: string;
  href: string;
  label: string;
}

declare module 'express-session' {
  interface SessionData {
    passport: { user: SessionIdentity | AuthenticatedUser };
    /** A sentence for the next page. */
    message: string;
    /** Beside that sentence. */
    link: FlashLink;
    /** The form that opened it. */
    form: SentForm;
    /** The id of the form that changed the password in it. */
    passwordForm: string;
    /** When it was opened. Kept when the session is renewed under another id. */
    createdAt: number;
  }
}

/**
 * The person can no longer sign in: deactivated, deleted or given another password since they were authenticated, or
 * signed out of the session that this one would have continued.
 */
export class SessionNotOpened extends Error {}

/** The same form was sent again meanwhile, and that one opened the session. */
export class SentAgain extends SessionNotOpened {}

interface Row {
  id: string;
  userId: number;
  data: string;
  remember: number;
  createdAt: number | string;
  seenAt: number | string;
  provedAt: number | string;
  expiresAt: number | string;
  userVersion: string;
  rolesVersion: string;
}

/** One read answers for session, user and both versions of their access. */
const FIND = `SELECT s.id, s.user_id AS userId, s.data, s.remember, s.created_at AS createdAt, s.seen_at AS seenAt,
    s.proved_at AS provedAt, s.expires_at AS expiresAt, u.access_version AS userVersion, a.version AS rolesVersion
  FROM sessions s JOIN users u ON u.id = s.user_id JOIN access_state a ON a.id = 1
  WHERE u.active = 1 AND s.id IN`;

/**
 * Sessions in the database, only for people who are signed in. A session is created once, at sign-in; every later
 * save can only update it, so that nothing brings an ended one back.
 */
@Injectable()
export class SessionStore extends Store {
  private readonly idleMs: number;
  private readonly mostMs: number;
  readonly unused = new UnusedSignIns();
  /** Sessions that are in the database already. */
  private readonly stored = new WeakSet<object>();
  /** Requests that arrive together share one read. It begins after the last of them has arrived, and nothing is cached. */
  private readonly rows = new DataLoader<string, Row | null>((ids) => this.read(ids), {
    cache: false,
    maxBatchSize: 100,
    batchScheduleFn: setImmediate,
  });

  constructor(
    private readonly database: Database,
    private readonly sessions: Sessions,
    private readonly life: SessionLife,
    readonly browsers: BrowserCookie,
    private readonly clock: Clock,
    @Inject(settings.KEY) private readonly settings: Settings,
  ) {
    super();
    this.idleMs = settings.SESSION_IDLE_MINUTES * MINUTE;
    this.mostMs = settings.SESSION_MAX_HOURS * 60 * MINUTE;
  }

  override get(id: string, done: (error: unknown, session?: SessionData | null) => void): void {
    this.find(id).then((session) => done(null, session), done);
  }

  override set(id: string, session: SessionData, done: (error?: unknown) => void = () => undefined): void {
    this.save(id, session).then(() => done(), done);
  }

  override destroy(id: string, done: (error?: unknown) => void = () => undefined): void {
    this.database.transaction((manager) => manager.delete(Session, { id: hashOf(id) })).then(() => done(), done);
  }

  override createSession(request: Request, data: SessionData) {
    const session = super.createSession(request, data);
    this.stored.add(session);
    return session;
  }

  private async find(id: string): Promise<SessionData> {
    const cookie = Object.assign(new Cookie(), cookieOptions(this.settings));
    const row = await this.rows.load(hashOf(id));
    if (!row) return { cookie, end: 'ended' } as SessionData;
    const now = this.clock.now().getTime();
    const [seenAt, expiresAt] = [Number(row.seenAt), Number(row.expiresAt)];
    const end = await this.life.endOf({ ...row, seenAt, expiresAt });
    if (end) return { cookie, end } as SessionData;
    this.unused.used(row.id);
    if (now - seenAt >= Math.min(MINUTE, this.idleMs / 4))
      await Promise.race([this.touchSession(id, now), pause(TOUCH_MS, undefined, { ref: false })]);
    if (row.remember) cookie.maxAge = expiresAt - now;
    return {
      ...(JSON.parse(row.data) as object),
      cookie,
      createdAt: Number(row.createdAt),
      passport: {
        user: new SessionIdentity(row.userId, row.userVersion + row.rolesVersion, new Date(Number(row.provedAt))),
      },
    } as SessionData;
  }

  private async read(ids: readonly string[]): Promise<(Row | null)[]> {
    const marks = ids.map(() => '?').join();
    const found = await this.database.read.query<Row[]>(`${FIND} (${marks})`, [...ids]);
    return ids.map((id) => found.find((row) => row.id === id) ?? null);
  }

  /** Never throws: a page that only reads is shown all the same. */
  private async touchSession(id: string, now: number): Promise<void> {
    try {
      await this.database.transaction((manager) => manager.update(Session, { id: hashOf(id) }, { seenAt: now }));
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable)) throw error;
    }
  }

  private async save(id: string, session: SessionData): Promise<void> {
    if (this.stored.has(session)) {
      await this.database.transaction((manager) =>
        manager.update(Session, { id: hashOf(id) }, { data: dataOf(session) }),
      );
    } else if (isAuthenticatedUser(session.passport?.user)) {
      await this.open(id, session, session.passport.user);
    }
  }

  private async open(id: string, session: SessionData, user: AuthenticatedUser): Promise<void> {
    const now = this.clock.now().getTime();
    const createdAt = 'goesOnFrom' in user ? user.goesOnFrom : now;
    const expiresAt = createdAt + this.mostMs;
    if (user.form) session.form = user.form;
    if (user.remember) session.cookie.maxAge = expiresAt - now;
    const row = {
      id: hashOf(id),
      userId: user.id,
      data: dataOf(session),
      remember: user.remember,
      createdAt,
      seenAt: now,
      provedAt: now,
      expiresAt,
      ip: user.origin.ip.slice(0, 45),
      agent: [...user.origin.agent].slice(0, 255).join(''),
    };
    const outcome = await this.sessions.open(row, user);
    if (outcome === 'sent again') throw new SentAgain();
    if (outcome === 'refused') throw new SessionNotOpened();
    this.unused.add(row.id, user.origin);
    this.stored.add(session);
  }
}

/** The id of a session in the table. */
export function hashOf(id: string): string {
  return createHash('sha256').update(id).digest('hex');
}

function isAuthenticatedUser(user: SessionIdentity | AuthenticatedUser | undefined): user is AuthenticatedUser {
  return user !== undefined && 'remember' in user;
}

function dataOf({ message, link, form, passwordForm }: SessionData): string {
  return JSON.stringify({ message, link, form, passwordForm });
}
