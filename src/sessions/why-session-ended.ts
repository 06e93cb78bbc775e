import type { Request } from 'express';
import type { Settings } from '../config/settings';

/** Why the session that a browser still names is over: not used, as old as it may be, or ended by somebody. */
export type EndOfSession = 'unused' | 'not used for days' | 'too old' | 'ended';

declare module 'express-session' {
  interface SessionData {
    /** The session is over, and opens nothing. */
    end: EndOfSession;
  }
}

/** What the sign-in page says to whoever comes with the cookie of a session that is over; nobody else learns of it. */
export function endInWords({ session }: Request, config: Settings): string | null {
  const { end } = (session as Partial<Request['session']> | undefined) ?? {};
  if (end === 'unused')
    return `You were signed out because you hadn’t used the site for ${inWords(config.SESSION_IDLE_MINUTES)}. Sign in again.`;
  if (end === 'not used for days')
    return 'You were signed out because you hadn’t used the site for some days. Sign in again.';
  if (end === 'too old')
    return `You were signed out because you signed in ${inWords(config.SESSION_MAX_HOURS * 60)} ago. Sign in again.`;
  if (end === 'ended')
    return 'Your session was ended: you signed out elsewhere, your password was changed, or an administrator signed you out. Sign in again.';
  return null;
}

function inWords(minutes: number): string {
  if (minutes % (24 * 60) === 0) return counted(minutes / (24 * 60), 'day');
  return minutes % 60 === 0 ? counted(minutes / 60, 'hour') : counted(minutes, 'minute');
}

function counted(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
