import { operator } from '../../src/audit/actor';
import { RolesService } from '../../src/roles/roles.service';
import type { Site } from './site';

let made = 0;

/** The name of a new role that carries these permissions; without any it opens nothing. */
export async function roleOf(site: Site, permissions: readonly string[] = []): Promise<string> {
  const name = `Role ${++made}`;
  await site.app.get(RolesService).create(operator, { name, description: '', permissions });
  return name;
}
