import type { EntityManager } from 'typeorm';
import { isPrivileged } from '../access/catalogue';
import { decide } from '../access/decide';
import { endOf, hasEnded, Holdings, type HeldRole } from '../access/holdings';
import type { PermissionName } from '../access/names';
import { permissions } from '../access/rule';
import type { Actor } from '../audit/actor';
import { DomainError } from '../database/errors';
import { joined } from '../text/joined';
import { carriedBy } from './carried';
import { Grant } from './grant.entity';
import { Role } from './role.entity';

/** What somebody would do is beyond them; each try is recorded. */
export abstract class AuthorityMissing extends DomainError {
  override readonly status = 403;

  constructor(
    message: string,
    readonly actor: Actor,
  ) {
    super(message);
  }
}

/** The one who makes a change no longer holds the permission it takes. */
export class NotPermitted extends AuthorityMissing {
  constructor(permission: string, actor: Actor) {
    super(`That takes the permission ${permission}.`, actor);
  }
}

/** Somebody would hand out, change or touch what they don't hold themselves. */
export class BeyondAuthority extends AuthorityMissing {
  constructor(missing: readonly string[], actor: Actor) {
    super(
      `You don't hold ${joined(missing, 'and')} yourself, or not for as long, so you can't give, change or take it.`,
      actor,
    );
  }
}

/** Somebody would take a role, or a part of it, from everybody, and so from somebody who holds what they don't. */
export class HolderBeyondAuthority extends AuthorityMissing {
  constructor(actor: Actor) {
    super(
      "Somebody who holds this role holds something that you don't, or holds it for longer, so you can't take anything of the role from them. Ask somebody who holds as much.",
      actor,
    );
  }
}

type Power = Pick<HeldRole, 'role' | 'permissions' | 'until'>;

/**
 * What the one who makes a change may pass on. It is read inside the transaction of the change, under the lock, so it
 * is what they hold at that very moment. Only people are bound; the operator and the seeder are not.
 */
export class Authority {
  private constructor(
    private readonly actor: Actor,
    /** null: not bound. */
    private readonly holdings: Holdings | null,
    private readonly now: Date,
  ) {}

  static async of(manager: EntityManager, actor: Actor, now: Date): Promise<Authority> {
    if (actor.kind === 'operator' || actor.kind === 'seeder') return new Authority(actor, null, now);
    if (actor.kind === 'visitor') return new Authority(actor, new Holdings([]), now);
    const held = await heldRolesOf(manager, [actor.id], { onlyActive: true });
    return new Authority(actor, new Holdings(held.get(actor.id) ?? []), now);
  }

  /**
   * Of somebody over the account of a user: nobody changes somebody who holds anything they don't; on one's own account
   * another permission may be enough.
   *
   * @throws NotPermitted, BeyondAuthority
   */
  static async over(
    manager: EntityManager,
    actor: Actor,
    userId: number,
    now: Date,
    permissionOnOwn: PermissionName = 'users-write',
  ): Promise<Authority> {
    const isOwn = actor.kind === 'user' && actor.id === userId;
    const authority = await Authority.of(manager, actor, now);
    authority.ensureHolds(isOwn ? permissionOnOwn : 'users-write');
    if (!isOwn) authority.ensureCovers((await heldRolesOf(manager, [userId])).get(userId) ?? []);
    return authority;
  }

  /** @throws NotPermitted */
  ensureHolds(permission: PermissionName): void {
    if (!this.holdings) return;
    const rule = { kind: 'all-of', conditions: [permissions(permission)] } as const;
    if (!decide(rule, this.holdings, this.now).allowed) throw new NotPermitted(permission, this.actor);
  }

  /**
   * Whatever somebody else holds or is to hold, they hold themselves, by name where a role is named by rules, and at least
   * as long. What has ended doesn't count; what begins later does.
   *
   * @throws BeyondAuthority
   */
  ensureCovers(powers: readonly Power[]): void {
    const missing = this.missingOfAll(powers);
    if (missing.length > 0) throw new BeyondAuthority([...new Set(missing)], this.actor);
  }

  covers(powers: readonly Power[]): boolean {
    return this.missingOfAll(powers).length === 0;
  }

  /**
   * Of somebody who takes something from everybody who holds the role: as if it were taken from each of them.
   *
   * @throws HolderBeyondAuthority
   */
  async ensureCoversHolders(manager: EntityManager, roleId: number): Promise<void> {
    if (!(await this.coversHolders(manager, roleId))) throw new HolderBeyondAuthority(this.actor);
  }

  /**
   * Whether nobody who holds the role holds anything more, or for longer. They may be a hundred thousand: what is looked
   * for, by the index of the grants, is one grant among theirs of a role that is not covered, or not for so long.
   */
  async coversHolders(manager: EntityManager, roleId: number): Promise<boolean> {
    if (!this.holdings) return true;
    // Nobody is above themselves.
    const ownId = this.actor.kind === 'user' ? this.actor.id : 0;
    const beyond = manager
      .createQueryBuilder(Grant, 'h')
      .innerJoin(Grant, 'g', 'g.userId = h.userId')
      .where('h.roleId = :roleId AND h.userId <> :userId', { roleId, userId: ownId })
      .andWhere('(h.until IS NULL OR h.until > :now) AND (g.until IS NULL OR g.until > :now)', { now: this.now })
      .select('g.userId', 'id')
      .limit(1);
    const notCovered = [...(await this.rolesByEndOfCover(manager))].map(([end, ids], i) => {
      beyond.setParameters({ [`roles${i}`]: ids, [`end${i}`]: new Date(end) });
      return `(g.roleId IN (:...roles${i}) AND (g.until IS NULL OR g.until > :end${i}))`;
    });
    if (notCovered.length === 0) return true;
    return (await beyond.andWhere(`(${notCovered.join(' OR ')})`).getRawOne()) === undefined;
  }

  /** The ids of the roles whose holders this covers for a time only, or never, by its end in milliseconds since 1970. */
  private async rolesByEndOfCover(manager: EntityManager): Promise<Map<number, number[]>> {
    const byEnd = new Map<number, number[]>();
    for (const role of await manager.find(Role, { relations: { carried: true } })) {
      const end = this.endOfCover(role);
      if (end < Infinity) byEnd.set(end, [...(byEnd.get(end) ?? []), role.id]);
    }
    return byEnd;
  }

  private endOfCover(role: Role): number {
    const holdings = this.holdings ?? new Holdings([]);
    const grants = [
      ...[role.name].filter(isPrivileged).map((name) => grantByName(holdings, name, this.now)),
      ...carriedBy(role).permissions.map((permission) => holdings.grantOfPermission(permission, this.now)),
    ];
    return Math.min(...grants.map((grant) => (grant ? endOf(grant) : 0)), Infinity);
  }

  private missingOfAll(powers: readonly Power[]): string[] {
    return powers.filter((power) => !hasEnded(power, this.now)).flatMap((power) => this.missingOf(power));
  }

  private missingOf(power: Power): string[] {
    return this.holdings ? missingOf(this.holdings, power, this.now) : [];
  }
}

/** What lets somebody give or take a role that rules name: they hold it, or `Admin`, whichever lasts longer. */
function grantByName(holdings: Holdings, role: string, now: Date): HeldRole | undefined {
  const [own, admin] = [holdings.grantOfRole(role, now), holdings.grantOfRole('Admin', now)];
  return own && admin && endOf(own) < endOf(admin) ? admin : (own ?? admin);
}

/** What of the power somebody with these holdings can't pass on: they don't hold it at that moment, or not for as long. */
export function missingOf(holdings: Holdings, power: Power, now: Date): string[] {
  const isShort = (grant: HeldRole | undefined) => !grant || endOf(grant) < endOf(power);
  return [
    ...[power.role].filter((role) => isPrivileged(role) && isShort(grantByName(holdings, role, now))),
    ...power.permissions.filter((permission) => isShort(holdings.grantOfPermission(permission, now))),
  ];
}

/** By user: every role they were given, with what counts of what it carries; with `onlyActive`, none for somebody who can't sign in. */
export async function heldRolesOf(
  manager: EntityManager,
  userIds: readonly number[],
  { onlyActive = false } = {},
): Promise<Map<number, HeldRole[]>> {
  const grants = manager
    .createQueryBuilder(Grant, 'g')
    .innerJoinAndSelect('g.role', 'role')
    .leftJoinAndSelect('role.carried', 'carried')
    .where('g.userId IN (:...userIds)', { userIds })
    .orderBy('role.id');
  if (onlyActive) grants.innerJoin('g.user', 'person', 'person.active = 1');
  const held = new Map<number, HeldRole[]>();
  for (const { userId, role, from, until } of await grants.getMany()) {
    const { permissions } = carriedBy(role);
    held.set(userId, [...(held.get(userId) ?? []), { role: role.name, permissions, from, until }]);
  }
  return held;
}
