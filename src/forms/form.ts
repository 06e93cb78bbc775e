import { HttpException, HttpStatus, type PipeTransform } from '@nestjs/common';
import { z } from 'zod';
import { fileFieldOf, type FileTerms } from './sent-file';

/**
 * What a form's view shows: what was typed (never a secret), the error beside each field, and a message above. An error that
 * the view shows nowhere stands above the page.
 */
export interface FormModel {
  values: Record<string, unknown>;
  errors: Record<string, string>;
  message?: string;
}

/** A form is shown again, with this status, because something in it can't be accepted. */
export class RejectedForm extends HttpException {
  constructor(
    status: HttpStatus,
    readonly view: string,
    readonly model: FormModel,
  ) {
    super(model.message ?? 'Please check the fields of the form.', status);
  }

  /** The same rejection, with what else its page shows. */
  withPage(page: object): RejectedForm {
    return new RejectedForm(this.getStatus(), this.view, { ...page, ...this.model });
  }
}

/** What a form makes of what was sent. */
export interface Reading<Output> {
  values: Output | null;
  errors: Record<string, string>;
}

interface Rejection {
  status?: HttpStatus;
  message?: string;
}

type DomainErrorClass = abstract new (...args: never[]) => Error;

/** The names of the fields in which any form takes a secret. */
const secretFields = new Set<PropertyKey>();

export function isSecretField(name: string): boolean {
  return secretFields.has(name);
}

/** All that there is to say about a form. */
export interface FormDescription<Fields extends z.ZodRawShape> {
  /** Under views/, without the ending: its fields, what was typed, and the error beside each. */
  view: string;
  /** How each field is read; src/forms/fields.ts has the usual ones. */
  fields: Fields;
  /** Never shown again. */
  secrets?: readonly (keyof Fields)[];
  /** Fields in which another one is typed once more, and what is said where it differs. */
  repeats?: { readonly [Field in keyof Fields]?: readonly [of: keyof Fields, otherwise: string] };
  /** What the view lets people choose from. */
  offers?: object;
  /** Which domain errors are shown beside which field, or above the page (`form`), where the handler `@Accepts` the form. */
  domainErrors?: { readonly [Field in keyof Fields | 'form']?: readonly DomainErrorClass[] };
}

/**
 * A form at one address: GET shows its view, POST accepts it. As a pipe, `@Body(form)`, it turns what was sent into
 * checked values or throws RejectedForm.
 */
export class Form<Fields extends z.ZodRawShape> implements PipeTransform<unknown, z.output<z.ZodObject<Fields>>> {
  private readonly schema: z.ZodObject<Fields>;
  private readonly view: string;
  private readonly secrets: readonly (keyof Fields)[];
  private readonly repeats: readonly (readonly [string, readonly [of: string, otherwise: string]])[];
  private readonly offers: object;
  private readonly domainErrors: readonly (readonly [string, readonly DomainErrorClass[]])[];

  constructor({ view, fields, secrets = [], repeats = {}, offers = {}, domainErrors = {} }: FormDescription<Fields>) {
    this.schema = z.object(fields);
    this.view = view;
    this.secrets = secrets;
    for (const name of secrets) secretFields.add(name);
    this.repeats = Object.entries(repeats as Record<string, readonly [string, string]>);
    this.offers = offers;
    this.domainErrors = Object.entries(domainErrors as Record<string, readonly DomainErrorClass[]>);
  }

  get fieldNames(): string[] {
    return Object.keys(this.schema.shape);
  }

  /** Its one field that takes a file, for `@TakesFile`. @throws Error where it has none, or several */
  get fileField(): FileTerms & { name: string } {
    return fileFieldOf(this.schema.shape);
  }

  blank(values: Record<string, unknown> = {}): FormModel {
    return { ...this.offers, values, errors: {} };
  }

  transform(body: unknown): z.output<z.ZodObject<Fields>> {
    return this.accepted(body, this.read(body));
  }

  /** What was sent, once nothing more can be wrong with it. @throws RejectedForm with all errors */
  accepted<Output>(body: unknown, { values, errors }: Reading<Output>): Output {
    if (values === null) throw this.rejected(Object(body ?? {}) as object, errors);
    return values;
  }

  /** The checked values; or null, and the error of each field that has one. */
  read(body: unknown): Reading<z.output<z.ZodObject<Fields>>> {
    const sent = body ?? {};
    const parsed = this.schema.safeParse(sent, { error: () => 'Send the form as it was shown.' });
    const errors: Record<string, string> = {};
    for (const issue of parsed.error?.issues ?? []) errors[String(issue.path[0] ?? '')] ??= issue.message;
    const typed = sent as Record<string, unknown>;
    for (const [name, [of, otherwise]] of this.repeats) if (typed[name] !== typed[of]) errors[name] ??= otherwise;
    return parsed.success && Object.keys(errors).length === 0
      ? { values: parsed.data, errors }
      : { values: null, errors };
  }

  rejected(
    sent: object,
    errors: Record<string, string>,
    { status = HttpStatus.UNPROCESSABLE_ENTITY, message }: Rejection = {},
  ): RejectedForm {
    const shown = Object.entries(sent).filter(
      ([name, value]) => name in this.schema.shape && !this.secrets.includes(name) && typeof value !== 'object',
    );
    return new RejectedForm(status, this.view, {
      ...this.offers,
      values: Object.fromEntries(shown),
      errors,
      ...(message ? { message } : {}),
    });
  }

  /** The form again, with the error beside its field; an error that belongs to no field comes back as it is. */
  explained(error: unknown, sent: unknown): unknown {
    const [field] = this.domainErrors.find(([, kinds]) => kinds.some((kind) => error instanceof kind)) ?? [];
    if (field === undefined || !(error instanceof Error)) return error;
    return this.rejected(Object(sent) as object, { [field]: error.message });
  }
}
