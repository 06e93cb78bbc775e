const SOMEWHERE = 'http://site.invalid';
/** Longer than any address that this site's pages make, and short enough for any proxy's limit on a head. */
const LONGEST = 2000;

/**
 * The path and query to go on to, if `next` is a path of this site and not too long; else `/`. Judged as browsers do: they take a
 * backslash for a slash and drop tabs and line breaks, so `/\evil.example` would lead away.
 */
export function sitePath(next: unknown): string {
  if (typeof next !== 'string' || !next.startsWith('/') || isTooLong(next) || /[\\\p{Cc}]/u.test(next)) return '/';
  const url = URL.canParse(next, SOMEWHERE) ? new URL(next, SOMEWHERE) : null;
  // A path may itself begin with two slashes once dots are resolved: that would name another host.
  if (url?.origin !== SOMEWHERE || url.pathname.startsWith('//')) return '/';
  const path = url.pathname + url.search + url.hash;
  return isTooLong(path) ? '/' : path;
}

/** Whether a browser that is sent on to a path would be sent too much. */
export function isTooLong(path: string): boolean {
  return path.length > LONGEST;
}
