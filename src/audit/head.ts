import type { EntityManager } from 'typeorm';
import { currentRows } from '../database/current-rows';
import { upsert } from '../database/upsert';
import { AuditHead } from './audit-head.entity';
import type { Head } from './chain';

/** null: somebody has removed it. */
export async function headIn(manager: EntityManager, how = {}): Promise<Head | null> {
  const row = await manager.findOne(AuditHead, { where: { id: AuditHead.id }, ...how });
  if (!row || row.sequence === null || row.hash === null) return null;
  return { sequence: row.sequence, hash: row.hash };
}

/** From here on until the end of its transaction nobody else appends. A write comes first, as SQLite wants it. */
export async function lockHead(manager: EntityManager): Promise<Head | null> {
  await manager.update(AuditHead, AuditHead.id, { sequence: () => 'sequence' });
  return headIn(manager, currentRows(manager));
}

export async function moveHead(manager: EntityManager, { sequence, hash }: Head): Promise<void> {
  await upsert(manager, {
    table: 'audit_head',
    key: ['id'],
    rows: [{ id: AuditHead.id, sequence, hash }],
    update: ({ given }) => ({ sequence: given('sequence'), hash: given('hash') }),
  });
}
