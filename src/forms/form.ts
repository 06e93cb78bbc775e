import { HttpException, HttpStatus, type PipeTransform } from '@nestjs/common';
import { z } from 'zod';

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
  showing(page: object): RejectedForm {
    return new RejectedForm(this.getStatus(), this.view, { ...page, ...this.model });
  }
}

interface Rejection {
  status?: HttpStatus;
  message?: string;
}

/**
 * A form at one address: GET shows its view, POST accepts it. As a pipe, `@Body(form)`, it turns what was sent into
 * checked values or throws RejectedForm. Fields named in `secrets` are never shown again; `offers` is what the view lets
 * people choose from.
 */
export class Form<Shape extends z.ZodRawShape> implements PipeTransform<unknown, z.output<z.ZodObject<Shape>>> {
  private readonly schema: z.ZodObject<Shape>;

  constructor(
    private readonly view: string,
    shape: Shape,
    private readonly secrets: readonly (keyof Shape)[],
    private readonly offers: object = {},
  ) {
    this.schema = z.object(shape);
  }

  blank(values: Record<string, unknown> = {}): FormModel {
    return { ...this.offers, values, errors: {} };
  }

  transform(body: unknown): z.output<z.ZodObject<Shape>> {
    const sent = body ?? {};
    const parsed = this.schema.safeParse(sent, { error: () => 'Send the form as it was shown.' });
    if (parsed.success) return parsed.data;
    const errors: Record<string, string> = {};
    for (const issue of parsed.error.issues) errors[String(issue.path[0] ?? '')] ??= issue.message;
    throw this.rejected(sent, errors);
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
}
