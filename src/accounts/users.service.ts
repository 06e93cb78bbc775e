import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Actor } from '../audit/actor';
import type { AuditAction } from '../audit/event-names';
import { forgetSignIns } from '../audit/sign-in-events';
import { Clock } from '../config/clock';
import { AccessState } from '../database/access-state.entity';
import { Database, newVersion } from '../database/database';
import { isUniqueViolation } from '../database/errors';
import { Authority, AuthorityMissing } from '../roles/authority';
import { ensureGivable, findRole, powerOf } from '../roles/find-role';
import { reasonOf } from '../roles/grant-period';
import { giverOf, insertGrant } from '../roles/grant-rows';
import { Grant } from '../roles/grant.entity';
import { ensureAdministratorRemains } from '../roles/last-administrator';
import { NO_GRANTS } from '../roles/last-grant-end';
import { Role } from '../roles/role.entity';
import { emailKey, lookOfEmail } from '../text/email-address';
import { findByEmail, findUser } from '../users/find-user';
import { emailOf, ensureLooksLikeNobody, nameOf, storeWords } from '../users/stored-names';
import { EmailTaken } from '../users/user-errors';
import { User } from '../users/user.entity';
import { AccountEnds } from './account-end';
import { ensureNotReserved } from './reserved-addresses';
import { UserTransactions } from './user-transactions.service';

export interface NewUser {
  email: string;
  name: string;
  /** Empty: they can't sign in until a password is set. */
  passwordHash: string;
  active: boolean;
  roles: readonly string[];
  reason?: string | null;
  /** Whether the address is known to be theirs. */
  isEmailConfirmed?: boolean;
  hasConfiguredPassword?: boolean;
}

/** The accounts: finds one, and is the one way in to make, activate, deactivate and delete one. */
@Injectable()
export class UsersService {
  constructor(
    private readonly database: Database,
    private readonly transactions: UserTransactions,
    private readonly ends: AccountEnds,
    private readonly clock: Clock,
  ) {}

  async findByEmail(email: string): Promise<User | null> {
    return findByEmail(this.database.read, email);
  }

  async findById(id: number): Promise<User | null> {
    return this.database.read.findOneBy(User, { id });
  }

  /** @throws UserNotFound */
  async byEmail(email: string): Promise<User> {
    return findUser(this.database.read, email);
  }

  /** Whether this person may change that user, as a change would find it now. */
  async mayChange(actor: Actor, userId: number): Promise<boolean> {
    try {
      await Authority.over(this.database.read, actor, userId, this.clock.now());
      return true;
    } catch (error) {
      if (error instanceof AuthorityMissing) return false;
      throw error;
    }
  }

  /** @throws EmailTaken, InvalidEmail, InvalidName, RoleNotFound, RoleWithoutFeature, NotPermitted, BeyondAuthority */
  async create(actor: Actor, user: NewUser): Promise<User> {
    return this.database.changeAccess(async (manager) => {
      const authority = await Authority.of(manager, actor, this.clock.now());
      authority.ensureHolds('users-write');
      const roles = await Promise.all(user.roles.map((role) => findRole(manager, role)));
      roles.forEach(ensureGivable);
      authority.ensureCovers(roles.map((role) => powerOf(role, null)));
      // Who runs the server vouches for the addresses they enter.
      return this.insert(manager, actor, 'user.create', { isEmailConfirmed: actor.kind === 'operator', ...user });
    });
  }

  /** Somebody made their own account; they hold `User`. @throws EmailTaken, InvalidEmail, InvalidName */
  async register(
    actor: Actor,
    user: Pick<NewUser, 'email' | 'name' | 'passwordHash' | 'isEmailConfirmed'>,
  ): Promise<User> {
    return this.database.changeAccess((manager) =>
      this.insert(manager, actor, 'user.register', { ...user, active: true, roles: ['User'] }),
    );
  }

  /** Makes the superuser, once in the life of a database; a deleted one does not come back. @returns whether it was made now */
  async createSuperuserOnce(manager: EntityManager, actor: Actor, user: Omit<NewUser, 'active'>): Promise<boolean> {
    const state = await manager.findOneByOrFail(AccessState, { id: AccessState.id });
    if (state.superuserMadeAt) return false;
    const { id } = await this.insert(manager, actor, 'user.create', {
      ...user,
      active: true,
      isEmailConfirmed: true,
      hasConfiguredPassword: true,
    });
    await manager.update(AccessState, AccessState.id, { superuserMadeAt: this.clock.now(), superuserId: id });
    return true;
  }

  /** @returns whether that changed anything. @throws UserNotFound, NotPermitted, BeyondAuthority */
  async activate(actor: Actor, email: string, reason: string | null = null, undoes?: number): Promise<boolean> {
    return this.transactions.change(actor, email, async (manager, user) => {
      if (user.active) return false;
      await manager.update(User, user.id, { active: true, accessVersion: newVersion() });
      await manager.increment(AccessState, { id: AccessState.id }, 'activePeople', 1);
      await this.transactions.record(manager, actor, 'user.activate', user, {
        before: { active: false },
        after: { active: true },
        reason,
        undoes,
      });
      return true;
    });
  }

  /**
   * Ends what the features keep for the account, like sessions, too: none of it lives again with a later activation.
   *
   * @throws UserNotFound, NotPermitted, BeyondAuthority, LastAdministrator
   */
  async deactivate(actor: Actor, email: string, reason: string | null = null, undoes?: number): Promise<boolean> {
    return this.transactions.change(actor, email, async (manager, user) => {
      if (!user.active) return false;
      await manager.update(User, user.id, { active: false, accessVersion: newVersion() });
      await this.ends.deactivate(manager, user.id);
      await manager.decrement(AccessState, { id: AccessState.id }, 'activePeople', 1);
      await ensureAdministratorRemains(manager, this.clock.now(), this.database.read);
      await this.transactions.record(manager, actor, 'user.deactivate', user, {
        before: { active: true },
        after: { active: false },
        reason,
        undoes,
      });
      return true;
    });
  }

  /** With their grants, sessions and sign-ins; their id is never used again. @throws UserNotFound, NotPermitted, BeyondAuthority, LastAdministrator */
  async delete(actor: Actor, email: string, reason: string | null = null): Promise<void> {
    await this.transactions.change(actor, email, async (manager, user) => {
      const grants = await manager.find(Grant, { where: { userId: user.id }, relations: { role: true } });
      for (const { roleId } of grants) await manager.decrement(Role, { id: roleId }, 'holders', 1);
      await this.ends.delete(manager, user.id);
      await manager.delete(User, user.id);
      await forgetSignIns(manager, user.id);
      await manager.decrement(AccessState, { id: AccessState.id }, 'people', 1);
      if (user.active) await manager.decrement(AccessState, { id: AccessState.id }, 'activePeople', 1);
      await ensureAdministratorRemains(manager, this.clock.now(), this.database.read);
      await this.transactions.record(manager, actor, 'user.delete', user, {
        before: { active: user.active, roles: grants.map(({ role }) => role.name) },
        personal: { email: user.email, name: user.name },
        reason,
      });
    });
  }

  private async insert(manager: EntityManager, actor: Actor, action: AuditAction, given: NewUser): Promise<User> {
    const reason = reasonOf(given.reason);
    const [email, name] = [emailOf(given.email), nameOf(given.name)];
    const roles = await Promise.all([...new Set(given.roles)].map((role) => findRole(manager, role)));
    await ensureNotReserved(manager, null, email, this.clock.now());
    const user = await this.insertUser(manager, { ...given, email, name });
    const grant = { userId: user.id, grantedBy: giverOf(actor), grantedAt: this.clock.now(), reason };
    for (const { id: roleId } of roles) await insertGrant(manager, { ...grant, roleId });
    await manager.increment(AccessState, { id: AccessState.id }, 'people', 1);
    if (user.active) await manager.increment(AccessState, { id: AccessState.id }, 'activePeople', 1);
    await this.transactions.record(manager, actor, action, user, {
      after: { active: user.active, roles: roles.map((role) => role.name) },
      personal: { email, name },
      reason,
    });
    return user;
  }

  private async insertUser(
    manager: EntityManager,
    { email, name, passwordHash, active, isEmailConfirmed = false, hasConfiguredPassword = false }: NewUser,
  ): Promise<User> {
    const row = {
      email,
      emailKey: emailKey(email),
      emailLook: lookOfEmail(email).own,
      name,
      passwordHash,
      active,
      hasConfiguredPassword,
      accessVersion: newVersion(),
      createdAt: this.clock.now(),
      emailConfirmedAt: isEmailConfirmed ? this.clock.now() : null,
      lastGrantEndsAt: NO_GRANTS,
    };
    try {
      await manager.insert(User, row);
    } catch (error) {
      throw isUniqueViolation(error) ? new EmailTaken(email) : error;
    }
    const user = await findUser(manager, email);
    await storeWords(manager, user.id, user);
    await ensureLooksLikeNobody(manager, user.id, email);
    return user;
  }
}
