import { AccessMap } from '../../src/access/access-map';
import { RolesService } from '../../src/roles/roles.service';
import { valuesOf } from './fixtures';
import { holder } from './holder';
import type { Person } from './person';
import { filled } from './route-parameters';
import type { Site } from './site';

/**
 * Of all roles there are, each held besides `User`, exactly these let in at the route, like `POST /entries/:id/mark`; a
 * visitor is let in where "visitor" is among them. Its parameters are those of somebody else's record, from the fixtures.
 */
export async function expectOnly(site: Site, whom: readonly string[], route: string): Promise<void> {
  const [method = '', pattern = ''] = route.split(' ');
  if (!site.app.get(AccessMap).route(route)) throw new Error(`The route ${route} is switched off.`);
  const { id: owner } = await holder(site, ['User']);
  const path = filled(pattern, await valuesOf(site, owner, pattern));
  const letIn: string[] = [];
  if (await isLetIn(site.visitor(), method, path)) letIn.push('visitor');
  for (const { name } of await site.app.get(RolesService).all())
    if (await isLetIn(await site.as(name), method, path)) letIn.push(name);
  expect([route, letIn.sort()]).toEqual([route, [...whom].sort()]);
}

async function isLetIn(person: Person, method: string, path: string): Promise<boolean> {
  const { status, location } = await person.send(method, path);
  return status !== 403 && !(status === 303 && location?.startsWith('/login'));
}
