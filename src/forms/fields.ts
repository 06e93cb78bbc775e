import { z } from 'zod';
import { faultOfEnd, parseEnd } from '../config/moments';
import { parseRowId } from '../config/row-id';
import { faultOfEmail, isEmailAddress, normaliseEmail, typedEmail } from '../text/email-address';
import { faultOfText, normaliseText, readablePieces, type KindOfText, type TextRules } from '../text/naming';
import { faultOfGreatLength, faultOfLength } from '../text/password-length';

/** A field that may be left out: sent empty, it is as if it had not been sent. */
export function optional<T extends z.ZodType>(field: T) {
  return z.preprocess((value: unknown) => (value === '' ? undefined : value), field.optional()).optional();
}

/** The address of a new account, normalised; what can't be one is told beside the field. */
export const email = z
  .string({ error: 'Enter your e-mail address.' })
  .superRefine((text, context) => tell(faultOfEmail(text), context))
  .transform(normaliseEmail);

/** The address of an account that there may be, as it was typed: earlier versions took some that nobody may take now. */
export const knownEmail = z
  .string({ error: 'Enter your e-mail address.' })
  .transform(typedEmail)
  .refine(isEmailAddress, 'Enter an e-mail address, like name@example.org.');

/** A password as it is proved: any that may have been chosen. */
export const knownPassword = z
  .string({ error: 'Enter your password.' })
  .min(1, 'Enter your password.')
  .superRefine((password, context) => tell(faultOfGreatLength(password), context));

/** A password as it is chosen. */
export const newPassword = z
  .string({ error: 'Choose a password.' })
  .superRefine((password, context) => tell(faultOfLength(password), context));

/** A person's name; it may be left out. */
export const name = textOf('name', 'Enter one name.');

/** What is looked for by the beginning of a word. @param unreadable what is said of what no key types */
export function searchText(error: string, unreadable = 'Nothing that can be found has control characters.') {
  return z
    .string({ error })
    .trim()
    .max(254, 'Enter the beginning only: at most 254 characters.')
    .refine((text) => !/\p{Cc}/u.test(text), unreadable);
}

/** The id of the last one on the page before; what is none begins with the first page. */
export const cursor = z
  .unknown()
  .optional()
  .transform((text) => parseRowId(text) ?? undefined);
export const after = z
  .unknown()
  .optional()
  .transform((text) => parseRowId(text) ?? 0);

/** A box that was ticked or not. */
export const tick = z.string({ error: 'Tick the box or leave it.' }).optional().transform(isTicked);

/** Forms leave out a box that is not ticked; programs say so. */
export function isTicked(sent: unknown): boolean {
  return typeof sent === 'string' && !['', '0', 'false', 'no', 'off', 'n', 'f'].includes(sent.trim().toLowerCase());
}

/** Where to go on to; it is judged where it is used. */
export const next = z.string({ error: 'Enter one address.' }).default('');

/** Names the page of a form, so that the same form sent twice is told from two forms. */
export const formId = z.string().max(64).default('');

/** Why something is done; it may be left out. */
export const reason = textOf('reason', 'Enter one reason.', inOneLine).transform((text) => text || null);

/** A moment that ends something; null where the field is empty: no end; undefined where it was not sent: nothing is said of one. */
function endOf(twice: string, unread: string, faultOf: (end: Date) => string | null) {
  return z
    .string({ error: twice })
    .optional()
    .transform((text, context) => {
      if (!text) return text === '' ? null : undefined;
      const end = parseEnd(text);
      tell(end ? faultOf(end) : unread, context);
      return end ?? z.NEVER;
    });
}

/** The last day on which something is held, or a time on it. */
export const lastDay = endOf('Enter one date.', 'Enter a day, like 2027-01-31.', (end) => faultOfEnd(end, new Date()));

const AS_SHOWN = 'Send the form as it was shown.';
/** With which end something was shown. */
export const shownEnd = endOf(AS_SHOWN, AS_SHOWN, () => null);

/** Numbers of rows, sent one by one or with commas between them; each counts once, and none is an empty list. */
export const ids = z
  .union([z.string(), z.array(z.string())])
  .default([])
  .transform((sent) =>
    [...new Set([sent].flat().flatMap((text) => text.split(',')))].map((text) => parseRowId(text) ?? 0),
  )
  .refine((all) => all.every((id) => id > 0), 'This is no list of numbers.');

/** A sentence or two, which must not be left out. */
export const plainText = (missing: string) =>
  textOf('answer', missing, inOneLine).refine((text) => text !== '', missing);

/** A text of this kind in its one form; without it, it is empty. */
function textOf(kind: KindOfText, error: string, read = (text: string) => text) {
  return z
    .string({ error })
    .default('')
    .transform((text) => normaliseText(read(text)))
    .superRefine((text, context) => tell(faultOfText(kind, text), context));
}

/** Of what is typed into a `textarea`, but kept as a line. */
function inOneLine(text: string): string {
  return text.replace(/[\r\n]+/g, ' ');
}

interface TextField extends Partial<TextRules> {
  /** "A title" */
  subject: string;
  most: number;
  /** What is said where it is left out; without it, it may be. */
  missing?: string;
}

/** One line: "Crew of the main stage". */
export function line({ missing, hasJoiners = true, ...rules }: TextField) {
  return z
    .string({ error: missing ?? 'Enter one line.' })
    .default('')
    .transform(normaliseText)
    .superRefine((text, context) => tell(faultOfText({ hasJoiners, ...rules }, text), context))
    .refine((text) => missing === undefined || text !== '', missing);
}

/** Several lines, as from a `textarea`; each in its one form, and none empty at the end. */
export function paragraph({ missing, hasJoiners = true, subject, most }: TextField) {
  const rules = { subject, most, hasJoiners };
  return (
    z
      .string({ error: missing ?? 'Enter one text.' })
      // So that no regular expression is run over more; spaces and empty lines at the end may go beyond what counts.
      .max(4 * most + 1000, `${subject} has at most ${most} characters.`)
      .default('')
      .transform((text) => text.split(/\r\n|\r|\n/).map((one) => readablePieces(one).map(normaliseText)))
      .superRefine((lines, context) => {
        const length = [...joinedLines(lines)].length;
        if (length > most) tell(`${subject} has at most ${most} characters; this one has ${length}.`, context);
        else for (const text of lines.flat()) tell(faultOfText(rules, text), context);
      })
      .transform((lines) => joinedLines(lines).trim())
      .refine((text) => missing === undefined || text !== '', missing)
  );
}

function joinedLines(lines: readonly (readonly string[])[]): string {
  return lines.map((pieces) => pieces.join(' ')).join('\n');
}

/** One of these values, each with its label: `select` and groups of radio buttons. */
export function oneOf<const Choices extends Record<string, string>>(choices: Choices, missing: string) {
  return z.enum(Object.keys(choices) as [keyof Choices & string, ...(keyof Choices & string)[]], { error: missing });
}

/** The same choices for the view: `{{> partials/select choices=...}}`. */
export function choicesOf(choices: Readonly<Record<string, string>>): { value: string; label: string }[] {
  return Object.entries(choices).map(([value, label]) => ({ value, label }));
}

/** A day like "2027-01-31", as it was sent; null where it is left out. */
export const optionalDay = dayOrNothing('Enter one day.').transform((text) => text || null);

/** The same where there must be one. */
export function day(missing: string) {
  return dayOrNothing(missing).refine((text) => text !== '', missing);
}

function dayOrNothing(error: string) {
  return z
    .string({ error })
    .default('')
    .refine((text) => text === '' || isDay(text), 'Enter a day, like 2027-01-31.');
}

/** Whether it is a day of the calendar, in the form of ISO 8601. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || text < '1000') return false;
  const date = new Date(text);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** A number without a fraction, from one to the other. */
export function wholeNumber({ from, to, missing }: { from: number; to: number; missing: string }) {
  const message = `Enter a number from ${from} to ${to}.`;
  return z
    .string({ error: missing })
    .trim()
    .min(1, missing)
    .regex(/^-?\d{1,15}$/, message)
    .transform(Number)
    .refine((number) => number >= from && number <= to, message);
}

/** An error beside the field, where there is a fault. */
export function tell(fault: string | null, context: z.RefinementCtx): void {
  if (fault) context.addIssue({ code: 'custom', message: fault });
}
