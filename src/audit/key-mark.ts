import { hkdfSync } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { IsNull, Not, type EntityManager } from 'typeorm';
import { nameOfDatabase } from '../config/database-address';
import { settings, type Settings } from '../config/settings';
import { AccessState } from '../database/access-state.entity';
import { AuditEvent } from './audit-event.entity';
import { chainKey, linkTo } from './chain';

/** An altered event proves nothing; so many of the newest are asked for one that does. */
const WITNESSES = 50;

/** The database belongs to another SECURITY_PASSWORD_SALT: no password would be right, and the audit log broken. */
export class OtherKey extends Error {
  constructor(settings: Settings) {
    super(
      `SECURITY_PASSWORD_SALT is not the one that the database was made with (${nameOfDatabase(settings.DATABASE_URL)}), so nobody could sign in. Bring back the .env, or the variable, that belongs to it, or name another database in DATABASE_URL.`,
    );
  }
}

/** Recognises the key of passwords and audit log by a mark in the database, from which the key can't be told. */
@Injectable()
export class KeyMark {
  private readonly mark: string;

  constructor(@Inject(settings.KEY) private readonly settings: Settings) {
    this.mark = Buffer.from(hkdfSync('sha256', settings.SECURITY_PASSWORD_SALT, '', 'mark of the key', 32)).toString(
      'hex',
    );
  }

  /** Leaves the mark in a database that has none. @throws OtherKey */
  async ensure(manager: EntityManager): Promise<void> {
    await this.check(manager);
    await manager.update(AccessState, { id: AccessState.id, keyMark: IsNull() }, { keyMark: this.mark });
  }

  /** Without a mark, as an older program leaves a database, the events are asked whose key chained them. @throws OtherKey */
  async check(manager: EntityManager): Promise<void> {
    const { keyMark } = await manager.findOneByOrFail(AccessState, { id: AccessState.id });
    const isOurs = keyMark === null ? await this.hasChained(manager) : keyMark === this.mark;
    if (!isOurs) throw new OtherKey(this.settings);
  }

  private async hasChained(manager: EntityManager): Promise<boolean> {
    const witnesses = await manager.find(AuditEvent, {
      where: { hash: Not(IsNull()) },
      order: { sequence: 'DESC' },
      take: WITNESSES,
    });
    const key = chainKey(this.settings.SECURITY_PASSWORD_SALT);
    const followsItsLast = (event: AuditEvent) =>
      'format' in linkTo(key, { sequence: event.sequence - 1, hash: event.previousHash ?? '' }, event, 'without role');
    return witnesses.length === 0 || witnesses.some(followsItsLast);
  }
}
