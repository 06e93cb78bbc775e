import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Principal } from '../access/principal';
import { Database } from '../database/database';
import { heldRolesOf } from '../roles/authority';
import { User } from './user.entity';

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
   * The user as his access stood at `version`, from memory while that version is the one held. A version is read
   * before what it stands for, so memory may be newer than its version, never older.
   */
  async atVersion(userId: number, version: string): Promise<Principal | null> {
    const known = this.remembered.get(userId);
    if (known?.version === version) return known.principal;
    const principal = await this.load(userId);
    if (principal) this.remembered.set(userId, { version, principal });
    return principal;
  }

  /** The user as he stands now, whether active or not; null when there is none. */
  async load(userId: number): Promise<Principal | null> {
    const user = await this.database.read.findOneBy(User, { id: userId });
    if (!user) return null;
    return new Principal(user, await heldRolesOf(this.database.read, userId));
  }
}
