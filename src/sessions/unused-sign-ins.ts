import type { Origin } from '../access/origin';

/** So soon a browser that keeps cookies comes back with the one it was given. */
const SOON = 10_000;
const MOST = 1000;

type Browser = Pick<Origin, 'ip' | 'agent'>;

/**
 * Sessions that were opened a moment ago and not used yet. A browser that comes without a cookie right after it signed in
 * doesn't keep any. This process remembers them; a browser follows a redirect on the connection it has.
 */
export class UnusedSignIns {
  private readonly opened = new Map<string, { browser: string; at: number }>();

  add(sessionId: string, browser: Browser): void {
    for (const [id, { at }] of this.opened) {
      if (Date.now() - at < SOON && this.opened.size < MOST) break;
      this.opened.delete(id);
    }
    this.opened.set(sessionId, { browser: nameOf(browser), at: Date.now() });
  }

  get isEmpty(): boolean {
    return this.opened.size === 0;
  }

  used(sessionId: string): void {
    this.opened.delete(sessionId);
  }

  /** Whether this browser has just signed in; asked once for each time. */
  take(browser: Browser): boolean {
    const found = [...this.opened].find(([, it]) => it.browser === nameOf(browser) && Date.now() - it.at < SOON);
    return found !== undefined && this.opened.delete(found[0]);
  }
}

function nameOf({ ip, agent }: Browser): string {
  return `${ip}\n${agent}`;
}
