import type { AuditEvent } from '../../audit/audit-event.entity';
import { inUtc } from '../../audit/chain';
import {
  differencesOf,
  HELD_BY,
  holdersIn,
  namesOfOthers,
  personalDifferencesOf,
  personOf,
  sentenceOf,
  userIdOf,
} from '../../audit/describe-event';
import { calledIn, type UserNames } from '../../users/user-names.service';

/** The events as pages show them. Names, addresses and IP addresses only with `names`: for those who may see people. */
export async function eventViewsOf(events: readonly AuditEvent[], names: UserNames | null) {
  const ids = [...new Set(events.flatMap((event) => [...idsIn(event), ...holdersIn(event).ids]))];
  const existing = names ? await names.namesOf(ids) : new Map<number, Person>();
  const inOrder = [...events].sort((one, other) => one.sequence - other.sequence);
  const people = new Map([...(names ? inOrder.flatMap(recordedIn) : []), ...existing]);
  const called = calledIn(people, [...namesOfOthers(), ...ids.map((id) => `user ${id}`)]);
  return events.map((event) => {
    const { sequence, at, action, reason, ip, requestId } = event;
    const differences = differencesOf(event);
    const role = differences.find(({ what }) => what === 'role');
    return {
      sequence,
      moment: at,
      at: inUtc(at).slice(0, 19).replace('T', ' '),
      action,
      sentence: sentenceOf(event, called),
      people: [...new Set(idsIn(event))].flatMap((id) => {
        const { email } = people.get(id) ?? {};
        return email ? [{ id, email, isHere: existing.has(id) }] : [];
      }),
      thenCalled: names && nameBefore(event, people),
      role: role && (role.after || role.before),
      changes: names
        ? [...differences.filter(({ what }) => what !== HELD_BY), ...personalDifferencesOf(event)]
        : differences,
      holders: names && holdersOf(event, called, existing),
      reason,
      ip: names ? ip : null,
      requestId,
    };
  });
}

/** Those who lost a role with the event, and where those of them who are still here are given another. */
function holdersOf(event: AuditEvent, called: ReadonlyMap<number, string>, here: ReadonlyMap<number, Person>) {
  const { ids, more } = holdersIn(event);
  if (ids.length === 0) return null;
  const users = ids.filter((id) => here.has(id)).map((id) => ['users', String(id)]);
  return {
    people: ids.map((id) => ({ id, name: called.get(id) ?? `user ${id}`, isHere: here.has(id) })),
    more,
    give: users.length > 0 && `/admin/users/change?${new URLSearchParams([['change', 'grant'], ...users]).toString()}`,
  };
}

type Person = { email: string; name: string };

function idsIn({ actor, subject }: AuditEvent): number[] {
  return [userIdOf(actor), userIdOf(subject)].filter((id) => id !== null);
}

/** What they were called at that time: of somebody deleted, the last name and address stand. */
function recordedIn(event: AuditEvent): [number, Person][] {
  const [id, { email, name }] = [userIdOf(event.subject), personOf(event)];
  return id !== null && email !== null ? [[id, { email, name: name ?? '' }]] : [];
}

/** What the subject was called then, where the sentence calls them by another name. */
function nameBefore(event: AuditEvent, people: ReadonlyMap<number, Person>): string | null {
  const [id, { name }] = [userIdOf(event.subject), personOf(event)];
  return id !== null && people.get(id)?.name !== name ? name : null;
}
