import { applyDecorators } from '@nestjs/common';
import { AnyOf, Area, permissions, roles } from '../access/decorators';

/**
 * On a controller of the administration: its area, and what all of its pages ask for, beside what each asks for itself.
 *
 * @param title of all its handlers that have none of their own
 */
export function Administration(title?: string): ClassDecorator & MethodDecorator {
  return applyDecorators(
    Area('Administration', title),
    AnyOf(roles('Admin'), permissions('admin-read', 'admin-write')),
  );
}
