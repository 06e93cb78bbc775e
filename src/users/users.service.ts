import { Injectable } from '@nestjs/common';
import { In, LessThan, MoreThan, Not, type EntityManager } from 'typeorm';
import type { PermissionName } from '../access/catalogue';
import { hasEnded } from '../access/holdings';
import type { Actor } from '../audit/actor';
import { AuditService, type AuditAction, type Entry } from '../audit/audit.service';
import { forgetSignIns } from '../audit/sign-in-events';
import { Clock } from '../config/clock';
import { AccessState } from '../database/access-state.entity';
import { Database, newVersion } from '../database/database';
import { isUniqueViolation } from '../database/errors';
import { Authority, AuthorityMissing } from '../roles/authority';
import { Grant } from '../roles/grant.entity';
import { holdsNone, noteHeldUntil } from '../roles/held-until';
import { ensureAdministratorRemains } from '../roles/last-administrator';
import { Role } from '../roles/role.entity';
import { findRole, powerOf } from '../roles/roles.service';
import { emailKey, faultOfEmail, isSameEmail, lookOfEmail, normaliseEmail, typedEmail } from '../text/email-address';
import { faultOfText, normaliseText } from '../text/naming';
import { storedWords } from '../text/search-words';
import { AccessRequest } from './access-request.entity';
import { PasswordLink } from './password-link.entity';
import { Session } from './session.entity';
import { endOthers, type SessionRenewal } from './sessions.service';
import { described, haveSameBounds, reasonOf, termsOf, type Terms } from './terms';
import {
  AccountChanged,
  EmailLooksTaken,
  EmailTaken,
  InvalidEmail,
  InvalidName,
  RoleNotHeld,
  UserNotFound,
} from './user-errors';
import { UserWord } from './user-word.entity';
import { User } from './user.entity';

export interface NewUser {
  email: string;
  name: string;
  /** Empty: he can't sign in until a password is set. */
  passwordHash: string;
  active: boolean;
  roles: readonly string[];
  reason?: string | null;
  hasConfiguredPassword?: boolean;
}

export interface Renaming {
  name?: string | undefined;
  email?: string | undefined;
}

export interface Renamed {
  was: Pick<User, 'email' | 'name'>;
  is: Pick<User, 'email' | 'name'>;
  isChanged: boolean;
}

/** The one way in for changes of users and of the roles they hold. */
@Injectable()
export class UsersService {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
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

  /** The addresses of those who have an account, by their ids. */
  async addressesOf(ids: readonly number[]): Promise<Map<number, string>> {
    return new Map([...(await this.namesOf(ids))].map(([id, { email }]) => [id, email]));
  }

  async namesOf(ids: readonly number[]): Promise<Map<number, { email: string; name: string }>> {
    if (ids.length === 0) return new Map();
    const found = await this.database.read.find(User, {
      select: { id: true, email: true, name: true },
      where: { id: In(ids) },
      order: { id: 'ASC' },
    });
    return new Map(found.map(({ id, email, name }) => [id, { email, name }]));
  }

  async newest(count: number): Promise<User[]> {
    return this.database.read.find(User, { order: { id: 'DESC' }, take: count });
  }

  /** How many accounts there are, from the counters kept with each change. */
  async figures(): Promise<{ people: number; activePeople: number }> {
    return this.database.read.findOneByOrFail(AccessState, { id: AccessState.id });
  }

  /** Every user by id with the names of his roles, in pages, so that any number fits in memory. */
  async *everybody(pageSize = 500): AsyncGenerator<{ user: User; roles: string[] }> {
    for (let after = 0; ;) {
      const page = await this.database.read.find(User, {
        where: { id: MoreThan(after) },
        order: { id: 'ASC' },
        take: pageSize,
      });
      const last = page.at(-1);
      if (!last) return;
      const roles = await this.rolesBetween(after, last.id);
      for (const user of page) yield { user, roles: roles.get(user.id) ?? [] };
      after = last.id;
    }
  }

  /** Whether this person may change that user, as `changeUser` would let them now. */
  async mayChange(actor: Actor, userId: number): Promise<boolean> {
    try {
      await Authority.over(this.database.read, actor, userId, this.clock.now());
      return true;
    } catch (error) {
      if (error instanceof AuthorityMissing) return false;
      throw error;
    }
  }

  async rolesOf(userId: number): Promise<string[]> {
    return (await this.rolesBetween(userId - 1, userId)).get(userId) ?? [];
  }

  /** @throws EmailTaken, InvalidEmail, InvalidName, RoleNotFound, NotPermitted, BeyondAuthority */
  async create(actor: Actor, user: NewUser): Promise<User> {
    return this.database.changeAccess(async (manager) => {
      const authority = await Authority.of(manager, actor, this.clock.now());
      authority.ensureHolds('users-write');
      const roles = await Promise.all(user.roles.map((role) => findRole(manager, role)));
      authority.ensureCovers(roles.map((role) => powerOf(role, null)));
      return this.insert(manager, actor, 'user.create', user);
    });
  }

  /** Somebody made his own account; he holds `User`. @throws EmailTaken, InvalidEmail, InvalidName */
  async register(actor: Actor, user: Pick<NewUser, 'email' | 'name' | 'passwordHash'>): Promise<User> {
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
      hasConfiguredPassword: true,
    });
    await manager.update(AccessState, AccessState.id, { superuserMadeAt: this.clock.now(), superuserId: id });
    return true;
  }

  /** @returns whether that changed anything. @throws UserNotFound, NotPermitted, BeyondAuthority */
  async activate(actor: Actor, email: string, reason: string | null = null): Promise<boolean> {
    return this.changeUser(actor, email, async (manager, user) => {
      if (user.active) return false;
      await manager.update(User, user.id, { active: true, accessVersion: newVersion() });
      await manager.increment(AccessState, { id: AccessState.id }, 'activePeople', 1);
      await this.record(manager, actor, 'user.activate', user, {
        before: { active: false },
        after: { active: true },
        reason,
      });
      return true;
    });
  }

  /**
   * Ends his sessions, his link and what he asked for too: they do not live again with a later activation.
   *
   * @throws UserNotFound, NotPermitted, BeyondAuthority, LastAdministrator
   */
  async deactivate(actor: Actor, email: string, reason: string | null = null): Promise<boolean> {
    return this.changeUser(actor, email, async (manager, user) => {
      if (!user.active) return false;
      await manager.update(User, user.id, { active: false, accessVersion: newVersion() });
      await manager.delete(Session, { userId: user.id });
      await manager.delete(AccessRequest, { userId: user.id });
      await manager.delete(PasswordLink, { userId: user.id });
      await manager.decrement(AccessState, { id: AccessState.id }, 'activePeople', 1);
      await ensureAdministratorRemains(manager, this.clock.now(), this.database.read);
      await this.record(manager, actor, 'user.deactivate', user, {
        before: { active: true },
        after: { active: false },
        reason,
      });
      return true;
    });
  }

  /**
   * Gives an account another name or address, by the rules of new ones. A new address ends the link to set a password,
   * as it was passed on to whoever had the old one. What stays the same stays as it is, even if nobody could enter it now.
   *
   * @throws UserNotFound, EmailTaken, InvalidEmail, InvalidName, NotPermitted, BeyondAuthority
   */
  async rename(actor: Actor, email: string, to: Renaming): Promise<Renamed> {
    return this.changeUser(actor, email, async (manager, user) => {
      const name = to.name === undefined || to.name === user.name ? user.name : nameOf(to.name);
      const newEmail = to.email === undefined || isSameEmail(to.email, user.email) ? null : emailOf(to.email);
      const is = { email: newEmail ?? user.email, name };
      const was = { email: user.email, name: user.name };
      const changed = [...(newEmail === null ? [] : ['address']), ...(is.name === was.name ? [] : ['name'])];
      if (newEmail !== null) await this.takeEmail(manager, user.id, newEmail);
      if (user.needsRename) await this.noteWhetherNeedsRename(manager, { ...user, ...is }, newEmail !== null);
      if (changed.length === 0) return { was, is, isChanged: false };
      await manager.update(User, user.id, { name, accessVersion: newVersion() });
      await storeWords(manager, user.id, is);
      if (newEmail !== null) await manager.delete(PasswordLink, { userId: user.id });
      await this.record(manager, actor, 'user.rename', user, { after: { changed }, personal: { ...is, before: was } });
      return { was, is, isChanged: true };
    });
  }

  /** With their grants, sessions and sign-ins; their id is never used again. @throws UserNotFound, NotPermitted, BeyondAuthority, LastAdministrator */
  async delete(actor: Actor, email: string, reason: string | null = null): Promise<void> {
    await this.changeUser(actor, email, async (manager, user) => {
      const grants = await manager.find(Grant, { where: { userId: user.id }, relations: { role: true } });
      for (const { roleId } of grants) await manager.decrement(Role, { id: roleId }, 'holders', 1);
      await manager.delete(User, user.id);
      await forgetSignIns(manager, user.id);
      await manager.decrement(AccessState, { id: AccessState.id }, 'people', 1);
      if (user.active) await manager.decrement(AccessState, { id: AccessState.id }, 'activePeople', 1);
      await ensureAdministratorRemains(manager, this.clock.now(), this.database.read);
      await this.record(manager, actor, 'user.delete', user, {
        before: { active: user.active, roles: grants.map(({ role }) => role.name) },
        personal: { email: user.email, name: user.name },
        reason,
      });
    });
  }

  /**
   * Gives a role. To somebody who holds it already, only other terms are a change; one that has ended is given anew.
   *
   * @returns false when he holds it so already.
   * @throws UserNotFound, RoleNotFound, InvalidTerms, NotPermitted, BeyondAuthority, LastAdministrator
   */
  async grant(actor: Actor, email: string, roleName: string, terms: Terms = {}): Promise<boolean> {
    return this.changeUser(actor, email, async (manager, user, authority) => {
      const { role, known, held } = await this.grantOf(manager, user, roleName);
      if (held && haveSameBounds(held, termsOf(terms, held, this.clock.now()))) return false;
      await this.replaceGrant(manager, actor, authority, { user, role, known, held, terms });
      return true;
    });
  }

  /**
   * Changes until when, and why, somebody holds a role.
   *
   * @returns false when they hold it so already.
   * @throws UserNotFound, RoleNotFound, RoleNotHeld, InvalidTerms, NotPermitted, BeyondAuthority, LastAdministrator
   */
  async changeEnd(
    actor: Actor,
    email: string,
    roleName: string,
    terms: Pick<Terms, 'until' | 'reason'>,
  ): Promise<boolean> {
    return this.changeUser(actor, email, async (manager, user, authority) => {
      const { role, known, held } = await this.grantOf(manager, user, roleName);
      if (!held) throw new RoleNotHeld(roleName);
      const wanted = termsOf(terms, held, this.clock.now());
      if (haveSameBounds(held, wanted) && held.reason === wanted.reason) return false;
      await this.replaceGrant(manager, actor, authority, { user, role, known, held, terms });
      return true;
    });
  }

  /** @returns false when he did not hold it. @throws UserNotFound, RoleNotFound, NotPermitted, BeyondAuthority, LastAdministrator */
  async revoke(actor: Actor, email: string, roleName: string, reason: string | null = null): Promise<boolean> {
    return this.changeUser(actor, email, async (manager, user) => {
      const role = await findRole(manager, roleName);
      const grant = await manager.findOneBy(Grant, { userId: user.id, roleId: role.id });
      if (!grant || hasEnded(grant, this.clock.now())) return false;
      await this.removeGrant(manager, grant);
      await manager.update(User, user.id, { accessVersion: newVersion() });
      await ensureAdministratorRemains(manager, this.clock.now(), this.database.read);
      await this.record(manager, actor, 'grant.remove', user, { before: described(role, grant), reason });
      return true;
    });
  }

  /**
   * Sets a new password and ends the user's sessions, and the link by which they could have set one. The session that
   * `change.keep` names goes on under a new id.
   *
   * @param change.from the hash the person proved to know; omitted where the operator acts.
   * @throws UserNotFound, NotPermitted, BeyondAuthority; AccountChanged when `from` is no longer his.
   */
  async changePassword(
    actor: Actor,
    email: string,
    change: { from?: string; to: string; keep?: SessionRenewal },
  ): Promise<void> {
    await this.changeUser(
      actor,
      email,
      async (manager, user) => {
        if (change.from !== undefined && change.from !== user.passwordHash) throw new AccountChanged();
        await manager.update(User, user.id, {
          passwordHash: change.to,
          hasConfiguredPassword: false,
          accessVersion: newVersion(),
        });
        if (change.keep) await endOthers(manager, user.id, change.keep);
        else await manager.delete(Session, { userId: user.id });
        await manager.delete(PasswordLink, { userId: user.id });
        await this.record(manager, actor, 'user.change-password', user, {});
      },
      'user-write',
    );
  }

  /** Stores the same password's newer hash, unless the password was changed meanwhile. @returns whether it was stored */
  async replaceHash(userId: number, from: string, to: string): Promise<boolean> {
    const { affected } = await this.database.transaction((manager) =>
      manager.update(User, { id: userId, passwordHash: from }, { passwordHash: to }),
    );
    return affected === 1;
  }

  private async insert(manager: EntityManager, actor: Actor, action: AuditAction, given: NewUser): Promise<User> {
    const reason = reasonOf(given.reason);
    const [email, name] = [emailOf(given.email), nameOf(given.name)];
    const roles = await Promise.all([...new Set(given.roles)].map((role) => findRole(manager, role)));
    const user = await this.insertUser(manager, { ...given, email, name });
    for (const role of roles) await this.insertGrant(manager, actor, user, role, { reason });
    await manager.increment(AccessState, { id: AccessState.id }, 'people', 1);
    if (user.active) await manager.increment(AccessState, { id: AccessState.id }, 'activePeople', 1);
    await this.record(manager, actor, action, user, {
      after: { active: user.active, roles: roles.map((role) => role.name) },
      personal: { email, name },
      reason,
    });
    return user;
  }

  private async insertUser(
    manager: EntityManager,
    { email, name, passwordHash, active, hasConfiguredPassword = false }: NewUser,
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
      heldUntil: holdsNone,
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

  private async takeEmail(manager: EntityManager, userId: number, email: string): Promise<void> {
    try {
      await manager.update(User, userId, { email, emailKey: emailKey(email), emailLook: lookOfEmail(email).own });
    } catch (error) {
      throw isUniqueViolation(error) ? new EmailTaken(email) : error;
    }
    await ensureLooksLikeNobody(manager, userId, email);
  }

  /** Whoever had the mailbox before may be gone by now: then this account has it. */
  private async noteWhetherNeedsRename(manager: EntityManager, user: User, hasNewEmail: boolean): Promise<void> {
    const { id, email, name } = user;
    const hasKey =
      hasNewEmail ||
      user.emailKey !== null ||
      (faultOfEmail(email) === null && !(await manager.existsBy(User, { emailKey: emailKey(email), id: Not(id) })));
    const isLookAlike =
      !hasNewEmail && (await manager.existsBy(User, { emailLook: In(lookOfEmail(email).others), id: LessThan(id) }));
    const needsRename = !hasKey || isLookAlike || faultOfText('name', normaliseText(name)) !== null;
    await manager.update(User, id, { needsRename, emailKey: hasKey ? emailKey(email) : null });
  }

  private async insertGrant(
    manager: EntityManager,
    actor: Actor,
    user: User,
    role: Role,
    terms: Partial<Pick<Grant, 'from' | 'until' | 'reason'>> = {},
  ): Promise<void> {
    const grantedBy = actor.kind === 'user' ? actor.id : null;
    await manager.insert(Grant, { userId: user.id, roleId: role.id, grantedBy, grantedAt: this.clock.now(), ...terms });
    await manager.increment(Role, { id: role.id }, 'holders', 1);
    await noteHeldUntil(manager, [user.id]);
  }

  /** The grant that is there, if any; `held`: unless it has ended. */
  private async grantOf(manager: EntityManager, user: User, roleName: string) {
    const role = await findRole(manager, roleName);
    const known = await manager.findOneBy(Grant, { userId: user.id, roleId: role.id });
    return { role, known, held: known && !hasEnded(known, this.clock.now()) ? known : null };
  }

  private async replaceGrant(
    manager: EntityManager,
    actor: Actor,
    authority: Authority,
    { user, role, known, held, terms }: { user: User; terms: Terms } & Awaited<ReturnType<typeof this.grantOf>>,
  ): Promise<void> {
    const { from, until, reason } = termsOf(terms, held, this.clock.now());
    authority.ensureCovers([powerOf(role, until)]);
    if (known) await this.removeGrant(manager, known);
    await this.insertGrant(manager, actor, user, role, { from, until, reason });
    await manager.update(User, user.id, { accessVersion: newVersion() });
    if (held) await ensureAdministratorRemains(manager, this.clock.now(), this.database.read);
    await this.record(manager, actor, held ? 'grant.change' : 'grant.add', user, {
      ...(held ? { before: described(role, held) } : {}),
      after: described(role, { from, until }),
      reason: terms.reason?.trim() || null,
    });
  }

  private async removeGrant(manager: EntityManager, { id, userId, roleId }: Grant): Promise<void> {
    await manager.delete(Grant, id);
    await manager.decrement(Role, { id: roleId }, 'holders', 1);
    await noteHeldUntil(manager, [userId]);
  }

  private async changeUser<T>(
    actor: Actor,
    email: string,
    change: (manager: EntityManager, user: User, authority: Authority) => Promise<T>,
    permissionOnOwn: PermissionName = 'users-write',
  ): Promise<T> {
    return this.database.changeAccess(async (manager) => {
      const user = await findUser(manager, email);
      const authority = await Authority.over(manager, actor, user.id, this.clock.now(), permissionOnOwn);
      return change(manager, user, authority);
    });
  }

  private async record(
    manager: EntityManager,
    actor: Actor,
    action: AuditAction,
    user: User,
    change: Pick<Entry, 'before' | 'after' | 'personal' | 'reason'>,
  ): Promise<void> {
    await this.audit.append(manager, { actor, action, subject: `user ${user.id}`, ...change });
  }

  private async rolesBetween(after: number, last: number): Promise<Map<number, string[]>> {
    const grants = await this.database.read
      .createQueryBuilder(Grant, 'g')
      .innerJoinAndSelect('g.role', 'role')
      .where('g.userId > :after AND g.userId <= :last', { after, last })
      .andWhere('(g.until IS NULL OR g.until > :now)', { now: this.clock.now() })
      .orderBy('role.id')
      .getMany();
    const roles = new Map<number, string[]>();
    for (const { userId, role } of grants) roles.set(userId, [...(roles.get(userId) ?? []), role.name]);
    return roles;
  }
}

/** @throws InvalidEmail */
function emailOf(text: string): string {
  const fault = faultOfEmail(text);
  if (fault) throw new InvalidEmail(fault);
  return normaliseEmail(text);
}

/** @throws InvalidName */
function nameOf(text: string): string {
  const name = normaliseText(text);
  const fault = faultOfText('name', name);
  if (fault) throw new InvalidName(fault);
  return name;
}

/** In place of those that were stored before. */
async function storeWords(manager: EntityManager, userId: number, person: Pick<User, 'email' | 'name'>): Promise<void> {
  await manager.delete(UserWord, { userId });
  await manager.insert(
    UserWord,
    storedWords(person).map((word) => ({ word, userId })),
  );
}

/** The lock of every change is held, so nobody else comes between. @throws EmailLooksTaken */
async function ensureLooksLikeNobody(manager: EntityManager, userId: number, email: string): Promise<void> {
  const { others } = lookOfEmail(email);
  if (await manager.existsBy(User, { emailLook: In(others), id: Not(userId) })) throw new EmailLooksTaken(email);
}

async function findUser(manager: EntityManager, email: string): Promise<User> {
  const user = await findByEmail(manager, email);
  if (!user) throw new UserNotFound(normaliseEmail(email));
  return user;
}

/** By the mailbox; but who has the address exactly as it was typed comes first, whatever earlier versions took. */
async function findByEmail(manager: EntityManager, email: string): Promise<User | null> {
  const typed = typedEmail(email);
  const found = await manager.findBy(User, [{ email: typed }, { emailKey: emailKey(email) }]);
  return found.find((user) => user.email === typed) ?? found[0] ?? null;
}
