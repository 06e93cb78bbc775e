import { createHash } from 'node:crypto';
import type { RoleSummary } from './roles.service';

/** The same for what reads the same: whoever changes a role by it changes what he has seen, or nothing. */
export function versionOf({ name, description, permissions }: RoleSummary): string {
  return createHash('sha256')
    .update(JSON.stringify([name, description, [...permissions].sort()]))
    .digest('hex');
}
