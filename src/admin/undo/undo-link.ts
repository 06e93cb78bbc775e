import type { Undo } from '../../preview/change';
import type { FlashLink } from '../../sessions/session-store';

/** Where a change is undone that this request has confirmed. */
export function undoLink(what: Undo['what'], requestId: string, next = ''): FlashLink {
  const path = `/admin/${what}/change`;
  const query = new URLSearchParams({ change: 'undo', of: requestId, ...(next ? { next } : {}) });
  return { route: `GET ${path}`, href: `${path}?${query.toString()}`, label: 'Undo' };
}
