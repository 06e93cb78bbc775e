import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { SignInFirst } from '../access/access-errors';
import { originOf, type Origin } from '../access/origin';
import { UsersService } from '../accounts/users.service';
import type { Actor } from '../audit/actor';
import { SignInEvents } from '../audit/sign-in-events';
import type { SignInEntry } from '../audit/sign-in-tally';
import { Clock } from '../config/clock';
import { EmailConfirmations } from '../credentials/email-confirmations.service';
import { Database } from '../database/database';
import { RecoveryCodes } from '../factors/recovery-codes.service';
import { SecondFactors } from '../factors/second-factors.service';
import { UnprovenFactors } from '../factors/unproven-factors.service';
import { FlowCookie } from '../sessions/flow-cookie';
import { logIn } from '../sessions/session';
import type { SecondFactor } from '../sessions/session.entity';
import type { SentForm } from '../sessions/sessions.service';
import { TooManyAttempts } from './attempt-counter';
import { AttackedAccounts } from './attacked-accounts.service';
import { AttemptLimits } from './attempt-limits';
import type { KnowsPassword } from './password-check.service';

const LASTS = 10 * 60_000;

declare module '../sessions/flow-cookie' {
  interface FlowsOfFeatures {
    'second step': {
      userId: number;
      /** Of the password that was given, and of the second factors there were. */
      proved: string;
      remember: boolean;
      isPasswordSet?: boolean | undefined;
      addressToProve?: string | undefined;
      next: string;
      form?: SentForm | undefined;
      /** Where a passkey was asked for. */
      challenge?: string | undefined;
    };
  }
}

/** Somebody on their way in: the password was right, and the second factor is asked for. */
export interface HalfwayIn {
  id: number;
  email: string;
  verifiedHash: string;
  factors: string;
  remember: boolean;
  isPasswordSet?: boolean | undefined;
  /** Where the link by which they set it proves it, and it was not proven before. */
  addressToProve?: string | undefined;
  next: string;
  form?: SentForm | undefined;
  challenge?: string | undefined;
}

/** From the right password to the session, by way of the second factor where an account has one. */
@Injectable()
export class SignIn {
  constructor(
    private readonly flows: FlowCookie,
    private readonly users: UsersService,
    private readonly secondFactors: SecondFactors,
    private readonly unprovenFactors: UnprovenFactors,
    private readonly confirmations: EmailConfirmations,
    private readonly database: Database,
    private readonly limits: AttemptLimits,
    private readonly attacked: AttackedAccounts,
    private readonly events: SignInEvents,
    private readonly clock: Clock,
  ) {}

  /**
   * Signs somebody in who has given the right password, or asks them for their second factor.
   *
   * @returns where to go on. @throws SessionNotOpened
   */
  async signIn(user: KnowsPassword, next: string, request: Request, response: Response): Promise<string> {
    const { factors, isPasswordSet: isTold, ...proved } = user;
    if (factors === null) {
      await logIn(request, { ...proved, isTold, factors });
      return next;
    }
    this.keep({ ...user, factors, next }, response);
    return '/login/two-factor';
  }

  /** The same, with the challenge for their passkey. */
  keep({ id: userId, verifiedHash, factors, challenge, ...kept }: Omit<HalfwayIn, 'email'>, response: Response): void {
    const { remember, isPasswordSet, addressToProve, next, form } = kept;
    const proved = digestOf(verifiedHash, factors);
    const flow = { userId, proved, remember, isPasswordSet, addressToProve, next, form, challenge };
    this.flows.seal(response, 'second step', flow, new Date(this.clock.now().getTime() + LASTS));
  }

  /** null where nobody is, or no longer: the time is over, or the account, its password or its factors have changed. */
  async halfwayIn(request: Request): Promise<HalfwayIn | null> {
    const flow = this.flows.open(request, 'second step');
    if (!flow) return null;
    const user = await this.users.findById(flow.userId);
    if (!user?.active || user.factorsVersion === null) return null;
    const { id, email, passwordHash: verifiedHash, factorsVersion: factors } = user;
    if (flow.proved !== digestOf(verifiedHash, factors)) return null;
    const { remember, isPasswordSet, addressToProve, next, form, challenge } = flow;
    return { id, email, verifiedHash, factors, remember, isPasswordSet, addressToProve, next, form, challenge };
  }

  /**
   * Uses up their code, and signs them in.
   *
   * @returns by what; null where the code is not right, whatever is wrong with it. @throws TooManyAttempts, SessionNotOpened
   */
  async finish(user: HalfwayIn, code: string, request: Request, response: Response): Promise<SecondFactor | null> {
    const factor = await this.useCode(user.id, code, originOf(request));
    if (factor === null) return null;
    await this.noteProof(user, originOf(request));
    await this.open(user, { factors: user.factors, factor }, request, response);
    return factor;
  }

  /** Whether the second factors that are asked for may be somebody else's, and this person may remove them. */
  async mayClearFactors({ id, addressToProve }: HalfwayIn): Promise<boolean> {
    return addressToProve !== undefined && (await this.unprovenFactors.mayClear(id));
  }

  /**
   * Removes the second factors that were there before the address was proven, and signs them in.
   *
   * @throws SignInFirst where their link proved nothing, or they were removed meanwhile; FactorsVouchedFor, SessionNotOpened
   */
  async clearFactors(user: HalfwayIn, request: Request, response: Response): Promise<void> {
    if (user.addressToProve === undefined) throw new SignInFirst(false);
    await this.unprovenFactors.clear(actorOn(user, originOf(request)), user.id, user.addressToProve);
    await this.open(user, { factors: null }, request, response);
  }

  /** Who has shown the second factor too is the one who set it up, and the link proves that the address is theirs. */
  async noteProof({ id, addressToProve }: HalfwayIn, origin: Origin): Promise<void> {
    if (addressToProve === undefined) return;
    await this.database.changeAccess((manager) =>
      this.confirmations.note(manager, actorOn({ id }, origin), id, addressToProve),
    );
  }

  /**
   * Of somebody who has given the right password.
   *
   * @returns null where the code is not right, whatever is wrong with it. @throws TooManyAttempts
   */
  async useCode(userId: number, code: string, origin: Origin): Promise<SecondFactor | null> {
    const { ip } = origin;
    await this.count(userId, code, origin);
    const factor = await this.secondFactors.useCode(actorOn({ id: userId }, origin), userId, code);
    if (factor === null) await this.refused(userId, origin);
    else if (factor === 'app') await this.limits.codeWasRight(userId, ip);
    return factor;
  }

  private async open(
    { id, verifiedHash, remember, isPasswordSet: isTold, form }: HalfwayIn,
    proof: { factors: null } | { factors: string; factor: SecondFactor },
    request: Request,
    response: Response,
  ): Promise<void> {
    const origin = originOf(request);
    this.flows.clear(response);
    await logIn(request, { id, verifiedHash, ...proof, remember, isTold, form, origin });
    await this.record('signed in', id, origin);
  }

  private async count(userId: number, code: string, origin: Origin): Promise<void> {
    try {
      if (RecoveryCodes.looksLike(code)) await this.limits.beginRecoveryCode(userId, origin.ip);
      else await this.limits.beginCode(userId, origin.ip);
    } catch (error) {
      if (error instanceof TooManyAttempts) await this.record('second factor limited', userId, origin);
      throw error;
    }
  }

  private async refused(userId: number, origin: Origin): Promise<void> {
    await this.record('second factor refused', userId, origin);
    await this.attacked.tellOfWrongFactor(userId, origin);
  }

  private record(kind: SignInEntry['kind'], userId: number, { ip, requestId }: Origin): Promise<void> {
    return this.events.record({ kind, userId, ip }, { requestId });
  }
}

/** Whoever has given the right password acts as its person. */
function actorOn({ id }: { id: number }, { ip, requestId }: Origin): Actor {
  return { kind: 'user', id, ip, requestId };
}

/** Not the hash itself: the browser can read what its cookie holds. */
function digestOf(passwordHash: string, factors: string): string {
  return createHash('sha256').update(`${passwordHash}\n${factors}`).digest('base64url');
}
