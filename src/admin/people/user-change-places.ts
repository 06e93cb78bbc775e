import { sitePath } from '../../forms/site-path';
import type { UserChange } from '../../preview/change';
import type { Sent } from './people-addresses';

type Changed = Pick<UserChange, 'change' | 'users'>;

/** The list on its page: who comes from the boxes that are ticked there goes back to it. */
const LIST = '#list';

/** Where somebody goes on to after a change: to the page that they came from, or to the person. */
export function placeAfter({ change, users }: Changed, next: string): string {
  if (next) return sitePath(next);
  return users.length === 1 && change !== 'delete' ? `/admin/users/${users[0]}` : '/admin/users';
}

/** Where they go back to who leave it: the list has ticked whom they had ticked, and keeps what they had typed. */
export function backFrom({ users, matching, role, until, reason }: Sent, change: Changed, next: string): string {
  const place = placeAfter(change, next);
  if (!place.endsWith(LIST)) return place;
  const [list = '', search] = place.slice(0, -LIST.length).split('?', 2);
  const ticked = matching ? { tick: 'matching' } : { users: [users].flat().join() };
  const kept = Object.entries({ ...ticked, give: role, until, reason }).filter(([, value]) => value);
  const query = new URLSearchParams([...new URLSearchParams(search), ...(kept as [string, string][])]);
  return `${list}?${query.toString()}${LIST}`;
}
