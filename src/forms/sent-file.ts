import { z } from 'zod';

/** A file that somebody sent with a form, in memory. Its type was found in its content; its name is not kept. */
export class SentFile {
  constructor(
    readonly type: string,
    readonly content: Buffer,
  ) {}
}

/** A file that a field does not take. */
export class RefusedFile {
  constructor(readonly because: 'size' | 'type') {}
}

/** What a field takes. */
export interface FileTerms {
  /** Media types, as `image/png`. One that begins with `text/` takes whatever is text in UTF-8 and is sent as that. */
  types: readonly [string, ...string[]];
  /** In bytes. */
  most: number;
}

interface FileMessages {
  /** What is said of a file of another type: "Choose a picture, PNG or JPEG." */
  otherType: string;
  /** What is said where none is chosen; without it, the field may be left out. */
  missing?: string;
}

const terms = new WeakMap<z.ZodType, FileTerms>();

/** One file. A route that takes a form with it wears `@TakesFile`. */
export function file(field: FileTerms & FileMessages & { missing: string }): z.ZodType<SentFile>;
export function file(field: FileTerms & FileMessages): z.ZodType<SentFile | null>;
export function file({ types, most, otherType, missing }: FileTerms & FileMessages): z.ZodType<SentFile | null> {
  const field = z
    .unknown()
    .optional()
    .transform((sent, context) => {
      if (sent instanceof SentFile) return sent;
      const tooLarge = `Choose a file of at most ${inWords(most)}.`;
      const fault = sent instanceof RefusedFile ? (sent.because === 'size' ? tooLarge : otherType) : missing;
      if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
      return null;
    });
  terms.set(field, { types, most });
  return field;
}

/** The one field of these that takes a file. @throws Error where there is none, or another one. */
export function fileFieldOf(fields: z.ZodRawShape): FileTerms & { name: string } {
  const [first, ...others] = Object.entries(fields).flatMap(([name, field]) => {
    const taken = terms.get(field as z.ZodType);
    return taken ? [{ name, ...taken }] : [];
  });
  if (!first || others.length > 0) throw new Error('A form that @TakesFile names has one field that takes a file.');
  return first;
}

function inWords(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.floor(bytes / 1000)} kB` : `${Math.floor(bytes / 100_000) / 10} MB`;
}
