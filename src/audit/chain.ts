import { createHmac, hkdfSync } from 'node:crypto';
import type { AuditEvent } from './audit-event.entity';

/** The newest event: whoever knows it finds out whether one was taken from the end. */
export interface Head {
  sequence: number;
  hash: string;
}

export type Chained = Pick<
  AuditEvent,
  'sequence' | 'at' | 'actor' | 'action' | 'subject' | 'before' | 'after' | 'reason' | 'requestId'
>;

/** What the first event follows. */
export const beginning: Head = { sequence: 0, hash: '0'.repeat(64) };

/** 32 bytes from the secret that passwords depend on, and that is kept as long as the database; useless for those. */
export function chainKey(secret: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', 'audit chain', 32));
}

/** HMAC-SHA256 over the event and the hash before it. Everything but personal data counts, as it is stored. */
export function hashOf(key: Buffer, previousHash: string, event: Chained): string {
  return createHmac('sha256', key).update(canonical(previousHash, event)).digest('hex');
}

/** A JSON array of texts and nulls: no two events have the same one, and both engines give the same values back. */
function canonical(previousHash: string, event: Chained): string {
  const { sequence, at, actor, action, subject, before, after, reason, requestId } = event;
  return JSON.stringify([
    previousHash,
    String(sequence),
    inUtc(at),
    actor,
    action,
    subject,
    before,
    after,
    reason,
    requestId,
  ]);
}

/** ISO 8601, to the millisecond; nothing where somebody has made it no date at all. */
export function inUtc(at: Date): string {
  return Number.isNaN(at.getTime()) ? '' : at.toISOString();
}

export type Break = { sequence: number; kind: 'missing' | 'altered' };

/** What is wrong with an event that should follow `last`; null when it does. */
export function breakAt(key: Buffer, last: Head, event: AuditEvent): Break | null {
  if (event.previousHash === last.hash && event.hash === hashOf(key, last.hash, event)) return null;
  return event.sequence > last.sequence + 1
    ? { sequence: last.sequence + 1, kind: 'missing' }
    : { sequence: event.sequence, kind: 'altered' };
}
