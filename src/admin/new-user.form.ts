import { z } from 'zod';
import { email, name, tick } from '../forms/fields';
import { Form } from '../forms/form';

/** One box ticked comes as a text, several as a list, none as nothing. */
const roles = z
  .union([z.string().transform((role) => [role]), z.array(z.string())], { error: 'Tick roles of the list.' })
  .default([]);

const reason = z
  .string({ error: 'Enter one reason.' })
  .default('')
  .transform((text) => text.normalize('NFC').trim())
  .refine(
    (text) => [...text].length <= 255 && !/\p{Cc}/u.test(text),
    'A reason has at most 255 characters, in one line.',
  );

export const newUserForm = new Form('admin/users/new', { email, name, roles, active: tick, reason }, []);
