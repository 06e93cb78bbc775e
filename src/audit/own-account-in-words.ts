/** How a sentence of the audit log calls the account of a subject, who may be the actor. */
export function accountOf(who: string, whom: string): string {
  return whom === who ? 'their own account' : whom;
}
