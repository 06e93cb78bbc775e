import { HttpStatus, type PipeTransform } from '@nestjs/common';
import type { z } from 'zod';
import { RejectedForm } from './form';

/** As many errors are told at once: who sends ten thousand wrong items need not read of each. */
const MOST_ERRORS = 100;

const HANDLERS = new WeakSet<object>();

/** On a handler: its route takes JSON in place of a form. Every other route refuses it before it is read. */
export function TakesJson(): MethodDecorator {
  return (_target, _name, descriptor) => {
    HANDLERS.add(descriptor.value as object);
  };
}

export function takesJson(handler: object): boolean {
  return HANDLERS.has(handler);
}

/** `@Body(new JsonBody(z.object({ … })))`: what was sent, checked; else 422 with an error for each field, at most a hundred. */
export class JsonBody<Schema extends z.ZodType> implements PipeTransform<unknown, z.output<Schema>> {
  constructor(private readonly schema: Schema) {}

  transform(body: unknown): z.output<Schema> {
    const parsed = this.schema.safeParse(body);
    if (parsed.success) return parsed.data;
    const errors: Record<string, string> = {};
    for (const { path, message } of parsed.error.issues.slice(0, MOST_ERRORS)) errors[path.join('.')] ??= message;
    const message = 'What was sent is not as this address takes it.';
    const page = { values: {}, errors, message, sentence: message };
    throw new RejectedForm(HttpStatus.UNPROCESSABLE_ENTITY, 'errors/refused', page);
  }
}
