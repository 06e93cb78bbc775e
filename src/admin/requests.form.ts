import { z } from 'zod';
import { plainText } from '../forms/fields';
import { Form } from '../forms/form';
import { requestStates } from '../users/access-request.entity';
import { InvalidTerms, parseUntil } from '../users/terms';

/** Which requests are shown; what is none begins with those that wait longest. */
export const requestsForm = new Form(
  'admin/requests/index',
  {
    state: z.enum(requestStates).catch('open'),
    after: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional().catch(undefined),
  },
  [],
);

/** The end of a day, or none. */
const until = z
  .string({ error: 'Enter one day.' })
  .default('')
  .transform((text, context) => {
    try {
      return text === '' ? null : parseUntil(text);
    } catch (error) {
      if (!(error instanceof InvalidTerms)) throw error;
      context.addIssue({ code: 'custom', message: 'Enter a day, like 2027-01-31.' });
      return z.NEVER;
    }
  });

/** By which role, until when: first to be shown, then to be approved. Without a role, by the smallest that does. */
export const approvalForm = new Form(
  'admin/requests/show',
  { role: z.string({ error: 'Choose one role.' }).default(''), until, digest: z.string().default('') },
  [],
);

export const declineForm = new Form('admin/requests/show', { answer: plainText('Say why, in a word.') }, []);

export type Approving = ReturnType<typeof approvalForm.transform>;
