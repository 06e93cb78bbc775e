import { createHash } from 'node:crypto';
import { everythingIn } from './carried';

/** What of a role an administrator edits. */
export interface RoleContent {
  name: string;
  description: string;
  permissions: readonly string[];
  /** What it carries besides, which has left the catalogue. */
  obsolete?: readonly string[];
}

/** Names what the role is just now: two people who save what they saw at the same version would overwrite each other. */
export function versionOf({ name, description, ...carried }: RoleContent): string {
  return createHash('sha256')
    .update(JSON.stringify([name, description, everythingIn(carried)]))
    .digest('hex');
}

/** Of the two, what differs. */
export function differing(before: RoleContent, after: RoleContent): [Partial<RoleContent>, Partial<RoleContent>] {
  const names = (['name', 'description', 'permissions'] as const).filter(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
  const of = (content: RoleContent) => Object.fromEntries(names.map((name) => [name, content[name]]));
  return [of(before), of(after)];
}
