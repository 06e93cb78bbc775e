import { createHmac, hkdfSync } from 'node:crypto';
import type { AuditEvent } from './audit-event.entity';

/** The newest event: whoever knows it finds out whether one was taken from the end. */
export interface Head {
  sequence: number;
  hash: string;
}

export type Chained = Pick<
  AuditEvent,
  'sequence' | 'at' | 'actor' | 'action' | 'subject' | 'roleId' | 'before' | 'after' | 'reason' | 'requestId'
>;

/** What is in the hash of an event: of those from before roles were recorded by their ids, everything but the role. */
export type Format = 'without role' | 'with role';

/** What the first event follows. */
export const beginning: Head = { sequence: 0, hash: '0'.repeat(64) };

/** 32 bytes from the secret that passwords depend on, and that is kept as long as the database; useless for those. */
export function chainKey(secret: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', 'audit chain', 32));
}

/** HMAC-SHA256 over the event and the hash before it. Everything but personal data counts, as it is stored. */
export function hashOf(key: Buffer, previousHash: string, event: Chained, format: Format = 'with role'): string {
  return createHmac('sha256', key)
    .update(canonical(previousHash, event, format))
    .digest('hex');
}

/** A JSON array of texts and nulls: no two events have the same one, and both engines give the same values back. */
function canonical(previousHash: string, event: Chained, format: Format): string {
  const { sequence, at, actor, action, subject, roleId, before, after, reason, requestId } = event;
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
    ...(format === 'with role' ? [roleId === null ? null : String(roleId)] : []),
  ]);
}

/** ISO 8601, to the millisecond; nothing where somebody has made it no date at all. */
export function inUtc(at: Date): string {
  return Number.isNaN(at.getTime()) ? '' : at.toISOString();
}

export type Break = { sequence: number; kind: 'missing' | 'altered' };

/**
 * How an event that should follow `last` is chained to it, or what is wrong with it.
 *
 * @param from the format of the event before: no event has an older one.
 */
export function linkTo(key: Buffer, last: Head, event: AuditEvent, from: Format): { format: Format } | Break {
  const formats: Format[] = from === 'with role' ? ['with role'] : ['without role', 'with role'];
  const format = formats.find((format) => event.hash === hashOf(key, last.hash, event, format));
  if (format && event.previousHash === last.hash) return { format };
  return event.sequence > last.sequence + 1
    ? { sequence: last.sequence + 1, kind: 'missing' }
    : { sequence: event.sequence, kind: 'altered' };
}
