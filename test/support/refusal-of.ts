import type { Decision } from '../../src/access/decide';
import type { Page } from './person';

export type RefusalWord = Extract<Decision, { allowed: false }>['refusal'];

/** How the rule of the route refused this page; null where it let in, whatever the handler then answered. */
export function refusalOf(path: string, { status, location, h1 }: Page): RefusalWord | null {
  if (status === 303 && /^\/login(\?next=|$)/.test(location ?? '')) return 'sign-in-first';
  if (status === 303 && location === '/' && path !== '/logout') return 'already-signed-in';
  return status === 403 && h1 === 'Access forbidden' ? 'forbidden' : null;
}
