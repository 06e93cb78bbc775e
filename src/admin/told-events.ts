import type { AuditEvent } from '../audit/audit-event.entity';
import { inUtc } from '../audit/chain';
import { differencesOf, personOf, sentenceOf, userIdOf } from '../audit/words';
import type { UsersService } from '../users/users.service';

/** The events as pages tell them: with addresses and names where `users` is given, to who may see people. */
export async function toldEvents(events: readonly AuditEvent[], users: UsersService | null) {
  const addresses = users ? await addressesIn(events, users) : new Map<number, string>();
  return events.map((event) => {
    const { sequence, at, action, reason, ip, requestId } = event;
    return {
      sequence,
      at: inUtc(at).slice(0, 19).replace('T', ' '),
      action,
      sentence: sentenceOf(event, (id) => addresses.get(id) ?? `user ${id}`),
      name: users ? personOf(event).name : null,
      changes: differencesOf(event),
      reason,
      ip,
      requestId,
    };
  });
}

/** Of the people these events tell of: those they have now, or had when they were deleted. */
async function addressesIn(events: readonly AuditEvent[], users: UsersService): Promise<Map<number, string>> {
  const ids = events.flatMap(({ actor, subject }) => [userIdOf(actor), userIdOf(subject)]);
  const recorded = events.map((event) => [userIdOf(event.subject), personOf(event).email] as const);
  return new Map([
    ...recorded.filter((pair): pair is [number, string] => pair[0] !== null && pair[1] !== null),
    ...(await users.addressesOf(ids.filter((id) => id !== null))),
  ]);
}
