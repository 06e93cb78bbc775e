/** Where a question about somebody is answered: about one page or action, or all of them. */
export function whyHref(question: { email?: string; person?: string; route?: string; page?: string }): string {
  const given = Object.entries(question).filter(([, value]) => value);
  return `/admin/access/why?${new URLSearchParams(given).toString()}`;
}
