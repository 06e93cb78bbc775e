import { z } from 'zod';
import { Form } from '../forms/form';

/** The number of the event that a page ends before; what is none begins with the newest. */
export const historyForm = new Form(
  'account/history',
  { before: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional().catch(undefined) },
  [],
);
