import { z } from 'zod';
import { email, name, reason, tick } from '../../forms/fields';
import { Form } from '../../forms/form';

/** One box ticked comes as a text, several as a list, none as nothing. */
const roles = z
  .union([z.string().transform((role) => [role]), z.array(z.string())], { error: 'Tick roles of the list.' })
  .default([]);

export const newUserForm = new Form({ view: 'admin/users/new', fields: { email, name, roles, active: tick, reason } });
