import type { Admission } from '../../src/access/decide';
import type { Route } from '../../src/access/route';
import type { Page } from './person';

export type RefusalWord = Extract<Admission, { allowed: false }>['refusal'];

/** Who may use these comes back to the same page by them. */
const ofFactors = /^\/account\/(two-factor|recovery-codes)/;

/** How the rule of the route refused this page; null where it let in, whatever the handler then answered. */
export function refusalOf({ path, rule }: Route, { status, location, h1 }: Page): RefusalWord | null {
  if (status === 303 && location === '/account/two-factor' && !ofFactors.test(path)) return 'second-factor-first';
  if (rule.kind === 'signed-out') return status === 303 && location === '/' ? 'already-signed-in' : null;
  // What is open to anyone may lead to the sign-in page by itself, once it is done.
  if (rule.kind === 'public') return null;
  if (status === 303 && /^\/login(\?next=|$)/.test(location ?? '')) return 'sign-in-first';
  return status === 403 && h1 === 'Access forbidden' ? 'forbidden' : null;
}
