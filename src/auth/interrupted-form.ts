import type { Request } from 'express';
import { isSecretField } from '../forms/form';
import { sitePath } from '../forms/site-path';
import { verifyForm } from './verify.form';

/** The page that asks for a fresh proof, in place of the answer to a form, which it carries and then sends on. */
export function interrupted(request: Request) {
  const { body, originalUrl } = request as { body: unknown; originalUrl: string };
  return { ...verifyForm.blank(), ...carriedBy(body, originalUrl) };
}

/** What the page shows again of the form that it carries to `then`; never a secret. */
export function carriedBy(body: unknown, then: unknown): { then: string; carried: { name: string; value: string }[] } {
  const fields = Object.entries(Object(body) as object).filter(([name]) => !isSecretField(name));
  const carried = fields.flatMap(([name, value]) =>
    [value as unknown].flat().map((one) => ({ name, value: String(one) })),
  );
  return { then: sitePath(then), carried };
}
