import { beginningInWords, endInWords, timeInWords } from '../config/moments';
import { isolated } from '../text/isolated';
import type { AuditEvent } from './audit-event.entity';
import type { AuditAction } from './event-names';

export interface Difference {
  what: string;
  before: string;
  after: string;
}

/**
 * "Ada Lovelace took a role from user 12"
 *
 * @param called those who are named, by their ids
 * @param another what anybody else is called
 */
export function sentenceOf(
  { actor, action, subject }: Pick<AuditEvent, 'actor' | 'action' | 'subject'>,
  called: ReadonlyMap<number, string>,
  another = (id: number) => `user ${id}`,
): string {
  const nameOf = (one: string) => {
    const id = userIdOf(one);
    return id === null ? nameWithoutId(one) : (called.get(id) ?? another(id));
  };
  const sentence = said(action, nameOf(actor), nameOf(subject));
  // A name stays as it is.
  const names = [actor, subject].flatMap((one) => called.get(userIdOf(one) ?? 0) ?? []);
  return names.some((name) => sentence.startsWith(name)) ? sentence : capitalised(sentence);
}

/** What the sentences call those who are no users. */
export function namesOfOthers(): string[] {
  return Object.values(others);
}

/** The id behind "user 12", or null where it is something else. */
export function userIdOf(name: string): number | null {
  const [, id] = /^user (\d+)$/.exec(name) ?? [];
  return id === undefined ? null : Number(id);
}

/** What an event changed: one difference for each property it records. */
export function differencesOf({
  action,
  before,
  after,
}: Pick<AuditEvent, 'action' | 'before' | 'after'>): Difference[] {
  const recorded = giving.includes(action) ? (json: string | null) => withEnd(fieldsIn(json)) : fieldsIn;
  const [was, is] = [recorded(before), recorded(after)];
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter((what) => !isForUndo(action, what));
  return names.map((what) => differenceOf(what, was[what], is[what]));
}

/** What stayed the same is said once; of a list, only what came and what went. */
function differenceOf(what: string, was: unknown, is: unknown): Difference {
  const [old, now] = [inWords(was, what), inWords(is, what)];
  if (old === now) return { what, before: '', after: now };
  if (!Array.isArray(was) || !Array.isArray(is)) return { what, before: old, after: now };
  const [came, went] = [is.filter((one) => !was.includes(one)), was.filter((one) => !is.includes(one))];
  const said = [
    ...(came.length > 0 ? [`now also ${came.join(', ')}`] : []),
    ...(went.length > 0 ? [`no longer ${went.join(', ')}`] : []),
  ];
  return { what, before: '', after: said.join('; ') };
}

/** What the subject was called before, and is since; for those who may see people. */
export function personalDifferencesOf({ personal }: Pick<AuditEvent, 'personal'>): Difference[] {
  const { before, ...is } = fieldsIn(personal);
  const was = (before ?? is) as typeof is;
  return [
    { what: 'address', key: 'email' },
    { what: 'name', key: 'name' },
  ]
    .filter(({ key }) => was[key] !== is[key])
    .map(({ what, key }) => ({ what, before: inWords(was[key], what), after: inWords(is[key], what) }));
}

/** Under what an event records who lost a role with it: "user 12". */
export const HELD_BY = 'held by';
const HOLDERS_NAMED = 20;

/** What is recorded of those who lose a role: how many they are, and the first of them. */
export function heldBy(ids: readonly number[]): Record<string, unknown> {
  const first = [...ids].sort((one, other) => one - other).slice(0, HOLDERS_NAMED);
  return { holders: ids.length, [HELD_BY]: first.map((id) => `user ${id}`) };
}

/** The ids of those who lost a role with the event, as far as they are recorded, and how many more did. */
export function holdersIn({ before }: Pick<AuditEvent, 'before'>): { ids: number[]; more: number } {
  const { [HELD_BY]: first, holders } = fieldsIn(before);
  const ids = Array.isArray(first) ? first.flatMap((one) => userIdOf(String(one)) ?? []) : [];
  return { ids, more: Number(holders ?? 0) - ids.length };
}

/** Who the subject of an event is; nulls where it is nobody, or was erased. */
export function personOf({ personal }: Pick<AuditEvent, 'personal'>): { email: string | null; name: string | null } {
  const { email, name } = fieldsIn(personal);
  return { email: typeof email === 'string' ? email : null, name: typeof name === 'string' ? name : null };
}

/** What is recorded of a grant so that it can be made again exactly as it was: readers know it from earlier events. */
function isForUndo(action: string, what: string): boolean {
  return action.startsWith('grant.') && what === 'grant';
}

/** Actions that give a role: each says until when, also where there is no end and none is recorded. */
const giving: readonly string[] = ['grant.add', 'grant.change', 'request.approve'] satisfies AuditAction[];

function withEnd(grant: Record<string, unknown>): Record<string, unknown> {
  return 'role' in grant ? { ...grant, until: grant.until ?? 'no end' } : grant;
}

/** What an actor did to a subject: "marked {subject}", or the whole sentence. */
export type EventWords = string | ((who: string, whom: string) => string);

/** How a sentence of the audit log calls the account of a subject, who may be the actor. */
export function accountOf(who: string, whom: string): string {
  return whom === who ? 'their own account' : whom;
}

const words = new Map<string, EventWords>();

/** Makes the events that these features bring those of this process. */
export function registerEvents(
  features: readonly { readonly events?: Readonly<Partial<Record<AuditAction, EventWords>>> }[],
): void {
  words.clear();
  for (const { events = {} } of features)
    for (const [action, inWords] of Object.entries(events)) words.set(action, inWords);
}

/** Everything that may be recorded, in the order of the features. */
export function auditActions(): AuditAction[] {
  return [...words.keys()] as AuditAction[];
}

export function isAuditAction(name: string): name is AuditAction {
  return words.has(name);
}

/** What actions are about, by the word that their names begin with; other words of features stand as they are. */
const kinds: Readonly<Record<string, string>> = {
  user: 'Accounts',
  grant: 'Roles given and taken',
  request: 'Requests for access',
  audit: 'The audit log itself',
};

/** All actions, by what they are about: "Roles", those that begin with "role". */
export function auditKinds(): { kind: string; title: string; actions: AuditAction[] }[] {
  const kindOf = (action: string) => action.split('.')[0] ?? '';
  return [...new Set(auditActions().map(kindOf))].map((kind) => ({
    kind,
    title: kinds[kind] ?? `${capitalised(kind)}s`,
    actions: auditActions().filter((action) => kindOf(action) === kind),
  }));
}

/** What is done by an action, as people choose it from a list: "Gave a role to …", "Made the role …". */
export function titleOfAction(action: AuditAction): string {
  const [kind = ''] = action.split('.');
  const whom = ['user', 'grant', 'request'].includes(kind) ? '…' : `${kind} …`;
  return capitalised(said(action, '', whom).trim());
}

/** An action of a feature that has gone keeps its name. */
function said(action: string, who: string, whom: string): string {
  const known = words.get(action);
  if (known === undefined) return `${who}: ${action}, ${whom}`;
  return typeof known === 'string' ? `${who} ${known.replace('{subject}', () => whom)}` : known(who, whom);
}

const others: Record<string, string> = {
  operator: 'the operator',
  seeder: 'the start of the site',
  visitor: 'a visitor',
};

/** "the operator", "role Crew" */
export function nameWithoutId(one: string): string {
  return others[one] ?? one.replace(/^role (.+)$/, (_, role: string) => `role ${isolated(role)}`);
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What an event records as JSON, in its `before`, `after` or `personal`. */
export function fieldsIn(json: string | null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(json ?? '{}');
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : { value };
  } catch {
    // Somebody has altered it; it is shown as it stands.
    return { value: json };
  }
}

function inWords(value: unknown, what: string): string {
  if (value === undefined || value === null || value === '') return '';
  if (what === 'undoes' && typeof value === 'number') return `event ${value}`;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.map((one) => isolated(String(one))).join(', ') || 'none';
  if (typeof value !== 'string') return JSON.stringify(value);
  return isMoment(value) ? momentInWords(new Date(value), what) : isolated(value);
}

function momentInWords(moment: Date, what: string): string {
  if (what === 'until') return endInWords(moment);
  return what === 'from' ? beginningInWords(moment) : timeInWords(moment);
}

/** As JSON holds a moment. */
function isMoment(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text) && !Number.isNaN(Date.parse(text));
}
