const SOMEWHERE = 'http://site.invalid';

/**
 * The path and query to go on to, if `next` is a path of this site; else `/`. Judged as browsers do: they take a
 * backslash for a slash and drop tabs and line breaks, so `/\evil.example` would lead away.
 */
export function sitePath(next: unknown): string {
  if (typeof next !== 'string' || !next.startsWith('/') || /[\\\p{Cc}]/u.test(next)) return '/';
  const url = URL.canParse(next, SOMEWHERE) ? new URL(next, SOMEWHERE) : null;
  // A path may itself begin with two slashes once dots are resolved: that would name another host.
  if (url?.origin !== SOMEWHERE || url.pathname.startsWith('//')) return '/';
  return url.pathname + url.search + url.hash;
}
