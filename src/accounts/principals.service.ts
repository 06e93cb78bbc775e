import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { In } from 'typeorm';
import { Principal } from '../access/principal';
import { Database } from '../database/database';
import { heldRolesOf } from '../roles/authority';
import { User } from '../users/user.entity';

interface Remembered {
  version: string;
  principal: Principal;
}

/** Turns users into the principals that decisions are made about. */
@Injectable()
export class Principals {
  private readonly remembered = new LRUCache<number, Remembered>({ max: 10_000 });

  constructor(private readonly database: Database) {}

  /**
   * The user as their access stood at `version`, from memory while that version is the one held. A version is read
   * before what it stands for, so memory may be newer than its version, never older.
   */
  async atVersion(userId: number, version: string): Promise<Principal | null> {
    const known = this.remembered.get(userId);
    if (known?.version === version) return known.principal;
    const principal = await this.load(userId);
    if (principal) this.remembered.set(userId, { version, principal });
    return principal;
  }

  /** The user as they stand now, whether active or not; null when there is none. */
  async load(userId: number): Promise<Principal | null> {
    const [principal] = await this.loadAll([userId]);
    return principal ?? null;
  }

  /** Those of these users that there are, by id, as they stand now; two reads for any number of them; with `onlyActive`, without those who can't sign in. */
  async loadAll(userIds: readonly number[], { onlyActive = false } = {}): Promise<Principal[]> {
    const where = { id: In(userIds), ...(onlyActive ? { active: true } : {}) };
    const users = await this.database.read.find(User, { where, order: { id: 'ASC' } });
    if (users.length === 0) return [];
    const held = await heldRolesOf(this.database.read, userIds);
    return users.map((user) => new Principal(user, held.get(user.id) ?? []));
  }
}
