import { Injectable } from '@nestjs/common';
import { In, IsNull, LessThan, MoreThan, Not, type EntityManager, type FindOptionsWhere } from 'typeorm';
import { SignInFirst } from '../access/access-errors';
import { AccountEnds, EndsWithAccount, type AccountEnd } from '../accounts/account-end';
import type { Actor } from '../audit/actor';
import { AuditService } from '../audit/audit.service';
import { Clock } from '../config/clock';
import { Database, newVersion } from '../database/database';
import { SweptHourly, type HourlyJob } from '../database/housekeeping';
import { Notices } from '../notices/notices.service';
import { Authority } from '../roles/authority';
import { NoSuchSession, NoSuchUser } from '../users/user-errors';
import { User } from '../users/user.entity';
import { browserName } from '../text/browser-name';
import { rememberBrowser } from './known-browsers.service';
import { SessionLife } from './session-life';
import { Session, type SecondFactor } from './session.entity';

/** Of one account at once, and so many are shown. */
const MOST = 50;
/** So many new browsers a day is somebody told of. */
const MOST_BROWSERS_OF_DAY = 20;
/** An account may have had more before there was a limit. */
const ENDED_AT_ONCE = 1000;

export interface OpenSession {
  /** The hashed id: it names the session, and opens nothing. */
  id: string;
  browser: string;
  ip: string;
  /** When it was last used. */
  seen: Date;
  /** The second factor that opened it; null: a password alone. */
  factor: SecondFactor | null;
  /** The one in which this is asked. */
  isHere: boolean;
}

/** A form that was shown, and the moment when it was sent. */
export interface SentForm {
  id: string;
  sentAt: number;
}

/** What somebody proved, of whom all of it must still be so when the session opens. */
export type Proof =
  /** The password behind this hash, of an account that has no second factor. */
  | { verifiedHash: string; factors: null }
  /** One of the second factors of this version, and the password behind this hash unless a passkey took its place. */
  | { verifiedHash?: string | undefined; factors: string; factor: SecondFactor }
  /** The password behind this hash, in a session opened at this moment, which this one goes on from, and stands and falls with. */
  | { verifiedHash: string; goesOnFrom: number };

/** What a session is opened for. */
export type Opening = Proof & {
  /** The form that was sent, where it was shown by a page of ours. */
  form?: SentForm | undefined;
  /** They are told of what opens it, and not of a new browser besides. */
  isTold?: boolean | undefined;
  /** The browser, as it is named among the known ones. */
  browser?: string | undefined;
};

/** A session goes on under another id; both are hashed ones. */
export interface SessionRenewal {
  from: string;
  to: string;
}

/** Where people are signed in, and the end of it. */
@EndsWithAccount
@SweptHourly
@Injectable()
export class Sessions implements AccountEnd, HourlyJob {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
    private readonly clock: Clock,
    private readonly ends: AccountEnds,
    private readonly life: SessionLife,
    private readonly notices: Notices,
  ) {}

  async whenDeactivated(manager: EntityManager, userId: number): Promise<void> {
    await manager.delete(Session, { userId });
  }

  async whenSessionsEnd(manager: EntityManager, userId: number): Promise<void> {
    await manager.delete(Session, { userId });
  }

  async sweep(): Promise<void> {
    const ended = { expiresAt: LessThan(this.clock.now().getTime()) };
    await this.database.transaction((manager) => manager.delete(Session, ended));
  }

  /** The ones last used first, as many as people read. @param here the hashed id of the session in which this is asked */
  async openSessionsOf(userId: number, here?: string): Promise<OpenSession[]> {
    const found = await this.database.read.find(Session, {
      where: { userId, expiresAt: MoreThan(this.clock.now().getTime()) },
      order: { seenAt: 'DESC', id: 'ASC' },
      take: MOST,
    });
    const ends = await Promise.all(found.map((session) => this.life.endOf(session)));
    const open = found.filter((_, i) => ends[i] === null);
    return Promise.all(
      open.map(async ({ id, ip, agent, seenAt, factor }) => ({
        id,
        browser: await browserName(agent ?? ''),
        ip: ip ?? '',
        seen: new Date(seenAt),
        factor,
        isHere: id === here,
      })),
    );
  }

  /**
   * Opens a session for somebody who has proved to be its user. Of more than 50 the one that was not used for the longest
   * time ends. A form that is sent twice, as by a double click, opens one session, for the later.
   *
   * @returns `refused`, and opens none, when the proof is not enough, or no longer: they were deactivated, deleted, given
   *   another password or another second factor meanwhile, or the session that it goes on from has ended
   */
  async open(
    session: Omit<Session, 'user' | 'factor' | 'browser'>,
    { form, browser, isTold = false, ...proof }: Opening,
  ): Promise<'opened' | 'refused' | 'sent again'> {
    return this.database.transaction(async (manager) => {
      const factor = await factorIn(manager, session, proof);
      if (factor === undefined) return 'refused';
      const still = { id: session.userId, active: true, ...whatStillHolds(proof) };
      const { affected } = await manager.update(User, still, { lastSignInAt: new Date(session.seenAt) });
      if (affected !== 1) return 'refused';
      const twin = form && (await openedBy(manager, session.userId, form.id));
      if (twin && twin.sentAt > form.sentAt) return 'sent again';
      if (twin) await manager.delete(Session, { id: twin.id });
      await manager.insert(Session, { ...session, factor, browser: browser ?? null });
      await endLongestUnused(manager, session);
      const { userId, seenAt } = session;
      const isNew = browser !== undefined && (await rememberBrowser(manager, { userId, browser, seenAt }));
      if (isNew && !isTold) await this.tellOfBrowser(manager, session);
      return 'opened';
    });
  }

  /** Nobody is told of the first sign-in to their account; and a program without a cookie does not fill their mailbox. */
  private async tellOfBrowser(manager: EntityManager, { userId, ip, agent }: Pick<Session, 'userId' | 'ip' | 'agent'>) {
    const before = await this.database.read.findOneBy(User, { id: userId });
    if (!before?.lastSignInAt) return;
    if ((await this.notices.countOfDay(manager, userId, 'new browser')) >= MOST_BROWSERS_OF_DAY) return;
    const actor = { kind: 'user', id: userId, ip: ip ?? '', agent: agent ?? '', requestId: '' } as const;
    await this.notices.tell(manager, [{ userId, event: 'new browser', actor }]);
  }

  /**
   * Ends the session in which somebody signs out, also where another request of theirs has renewed it meanwhile, and with
   * it those that went on from it: under another id they still tell when it was opened.
   */
  async signOut({ id, userId, createdAt }: Pick<Session, 'id' | 'userId' | 'createdAt'>): Promise<void> {
    await this.database.transaction(async (manager) => {
      await manager.delete(Session, { id });
      await manager.delete(Session, { userId, createdAt });
    });
  }

  /**
   * Notes that they have just proved who they are: the session goes on under a new id, so that a copy of its cookie has no
   * part in the proof.
   *
   * @returns false where it has ended, or the password that they gave is no longer theirs
   */
  async prove(userId: number, verifiedHash: string, { from, to }: SessionRenewal): Promise<boolean> {
    return this.database.transaction(async (manager) => {
      const still = { id: userId, active: true, passwordHash: verifiedHash };
      if (!(await manager.existsBy(User, still))) return false;
      const renewed = { id: to, provedAt: this.clock.now().getTime() };
      const { affected } = await manager.update(Session, { userId, id: from }, renewed);
      return affected === 1;
    });
  }

  /**
   * Signs somebody out: everywhere, in `only` one session by its hashed id, or in every one `except` one, which goes on
   * under a new id. Everywhere ends the link too by which they could have come in.
   *
   * @returns how many ended. @throws NoSuchUser, NotPermitted, BeyondAuthority; NoSuchSession where they do not have `only`.
   */
  async end(
    actor: Actor,
    userId: number,
    { only, except }: { only?: string; except?: SessionRenewal } = {},
  ): Promise<number> {
    return this.database.changeAccess(async (manager) => {
      if (!(await manager.existsBy(User, { id: userId }))) throw new NoSuchUser();
      await Authority.over(manager, actor, userId, this.clock.now(), 'user-write');
      const affected = except ? await endOthers(manager, userId, except) : await endAll(manager, userId, only);
      if (only !== undefined && affected !== 1) throw new NoSuchSession();
      if (only === undefined) await (except ? this.ends.others(manager, userId) : this.ends.signOut(manager, userId));
      await manager.update(User, userId, { accessVersion: newVersion() });
      const after = { ended: affected };
      await this.audit.append(manager, { actor, action: 'user.end-sessions', subject: `user ${userId}`, after });
      return after.ended;
    });
  }
}

/** undefined where the session that this one would go on from has ended. */
async function factorIn(
  manager: EntityManager,
  session: Pick<Session, 'userId' | 'seenAt'>,
  proof: Proof,
): Promise<SecondFactor | null | undefined> {
  if ('goesOnFrom' in proof) return (await hold(manager, session, proof.goesOnFrom))?.factor;
  return proof.factors === null ? null : proof.factor;
}

/** Whoever ends the session that was opened then waits until this transaction is over. @returns null where it has ended */
async function hold(
  manager: EntityManager,
  { userId, seenAt }: Pick<Session, 'userId' | 'seenAt'>,
  createdAt: number,
): Promise<Session | null> {
  const { affected } = await manager.update(Session, { userId, createdAt }, { seenAt });
  return affected ? manager.findOneBy(Session, { userId, createdAt }) : null;
}

/** Whoever sets up a second factor changes its version, and so whoever proved a password alone is refused. */
function whatStillHolds(proof: Proof): FindOptionsWhere<User> {
  const factors = 'goesOnFrom' in proof ? {} : { factorsVersion: proof.factors ?? IsNull() };
  return { ...factors, ...(proof.verifiedHash === undefined ? {} : { passwordHash: proof.verifiedHash }) };
}

async function openedBy(
  manager: EntityManager,
  userId: number,
  form: string,
): Promise<{ id: string; sentAt: number } | undefined> {
  const sessions = await manager.find(Session, { where: { userId }, order: { seenAt: 'DESC' }, take: MOST });
  return sessions
    .map(({ id, data }) => ({ id, form: (JSON.parse(data) as { form?: SentForm }).form }))
    .flatMap(({ id, form: sent }) => (sent?.id === form ? [{ id, sentAt: sent.sentAt }] : []))[0];
}

/** After the update of the user, which lets one sign-in of an account go after the other. */
async function endLongestUnused(manager: EntityManager, { userId, id }: Pick<Session, 'userId' | 'id'>): Promise<void> {
  const beyond = await manager.find(Session, {
    select: { id: true },
    where: { userId, id: Not(id) },
    order: { seenAt: 'DESC', createdAt: 'DESC', id: 'ASC' },
    skip: MOST - 1,
    take: ENDED_AT_ONCE,
  });
  if (beyond.length > 0) await manager.delete(Session, { id: In(beyond.map((session) => session.id)) });
}

async function endAll(manager: EntityManager, userId: number, only?: string): Promise<number> {
  const { affected } = await manager.delete(Session, { userId, ...(only === undefined ? {} : { id: only }) });
  return affected ?? 0;
}

/**
 * Ends every session of a user but one, which goes on under a new id.
 *
 * @returns how many ended. @throws SignInFirst where that one has ended meanwhile: then it can't end the others
 */
export async function endOthers(manager: EntityManager, userId: number, { from, to }: SessionRenewal): Promise<number> {
  const renewed = await manager.update(Session, { userId, id: from }, { id: to });
  if (renewed.affected !== 1) throw new SignInFirst();
  const { affected } = await manager.delete(Session, { userId, id: Not(to) });
  return affected ?? 0;
}
