import type { AuditEvent } from '../../audit/audit-event.entity';
import { inUtc } from '../../audit/chain';
import { differencesOf, personalDifferencesOf, personOf, sentenceOf, userIdOf } from '../../audit/describe-event';
import type { UserNames } from '../../users/user-names.service';

/** The events as pages show them. Addresses, names and IP addresses only with `names`: for those who may see people. */
export async function eventViewsOf(events: readonly AuditEvent[], names: UserNames | null) {
  const existing = names ? await names.addressesOf(events.flatMap(idsIn)) : new Map<number, string>();
  const inOrder = [...events].sort((one, other) => one.sequence - other.sequence);
  const addresses = new Map([...(names ? inOrder.flatMap(recordedIn) : []), ...existing]);
  return events.map((event) => {
    const { sequence, at, action, reason, ip, requestId } = event;
    const differences = differencesOf(event);
    const role = differences.find(({ what }) => what === 'role');
    return {
      sequence,
      moment: at,
      at: inUtc(at).slice(0, 19).replace('T', ' '),
      action,
      sentence: sentenceOf(event, (id) => addresses.get(id) ?? `user ${id}`),
      people: [...new Set(idsIn(event))]
        .flatMap((id) => ({ id, email: existing.get(id) }))
        .filter(({ email }) => email),
      name: names ? personOf(event).name : null,
      role: role && (role.after || role.before),
      changes: [...differences, ...(names ? personalDifferencesOf(event) : [])],
      reason,
      ip: names ? ip : null,
      requestId,
    };
  });
}

function idsIn({ actor, subject }: AuditEvent): number[] {
  return [userIdOf(actor), userIdOf(subject)].filter((id) => id !== null);
}

/** The address they had at that time: of somebody deleted, the last one stands. */
function recordedIn(event: AuditEvent): [number, string][] {
  const [id, { email }] = [userIdOf(event.subject), personOf(event)];
  return id !== null && email !== null ? [[id, email]] : [];
}
