import type { AuditAction } from '../audit/event-names';

/** What people are told about their accounts and no change of the audit log tells of; each feature adds its own. */
export interface NoticesOfFeatures {}

export type ToldEvent = AuditAction | keyof NoticesOfFeatures;

/** Who did it: the person in a session of theirs, whoever had a link or nobody's session, or somebody else. */
export type DoneBy = 'self' | 'visitor' | 'other';

/** What is kept of an event: ids, names of roles, states; nothing that names a person. */
export interface ToldDetails {
  by: DoneBy;
  before: Readonly<Record<string, unknown>>;
  after: Readonly<Record<string, unknown>>;
}

/** What happened to somebody's account, in a sentence without its full stop: "Your password was changed"; null: it is not told. */
export type ToldWords = string | ((details: ToldDetails) => string | null);

const told = new Map<string, ToldWords>();

/** Makes what these features tell people that of this process. */
export function registerTold(
  features: readonly { readonly told?: Readonly<Partial<Record<ToldEvent, ToldWords>>> }[],
): void {
  told.clear();
  for (const { told: words = {} } of features)
    for (const [event, inWords] of Object.entries(words)) told.set(event, inWords);
}

/** null for what nobody is told, or no longer, as its feature has gone. */
export function sentenceOf(event: string, details: ToldDetails): string | null {
  const words = told.get(event) ?? null;
  return typeof words === 'function' ? words(details) : words;
}
