import { permissionNames } from '../../src/access/catalogue';
import type { PermissionName } from '../../src/access/names';
import { UserGrants } from '../../src/accounts/user-grants.service';
import { UsersService } from '../../src/accounts/users.service';
import { operator } from '../../src/audit/actor';
import { auditActions } from '../../src/audit/describe-event';
import { RolesService } from '../../src/roles/roles.service';
import { fieldsOf, formsOf, linksOf, overlookedOn } from './forms-of';
import { holder } from './holder';
import type { Page, Person } from './person';
import { anOpenRequest } from './requests';
import { Site } from './site';

const area: PermissionName[] = ['admin-read', 'admin-write'];
/** What each kind of viewer holds. */
const viewers: Record<string, PermissionName[]> = {
  'the administration alone': area,
  'users-read': [...area, 'users-read'],
  'users-read and users-write': [...area, 'users-read', 'users-write', 'user-read', 'user-write'],
  'roles-read': [...area, 'roles-read', 'user-read'],
  'roles-read and roles-write': [...area, 'roles-read', 'roles-write', 'user-read', 'user-write'],
  'audit-read': [...area, 'audit-read'],
  'audit-read and users-read': [...area, 'audit-read', 'users-read'],
  'users-read and roles-read': [...area, 'users-read', 'roles-read'],
  'users-write and roles-write': [...area, 'users-read', 'users-write', 'roles-read', 'roles-write'],
  'every permission, but not Admin': [...permissionNames()],
};

/** Not named by what they hold, which pages would then tell. */
const roleOf = (viewer: string) => `Viewer ${Object.keys(viewers).indexOf(viewer)}`;

let site: Site;

async function furnish(): Promise<void> {
  site = await Site.start();
  const [users, grants, roles] = [site.app.get(UsersService), site.app.get(UserGrants), site.app.get(RolesService)];
  const [above, below] = [await holder(site, ['User', 'Admin']), await holder(site, ['User'])];
  await roles.create(operator, { name: 'Crew', description: '', permissions: ['user-read'] });
  await roles.create(operator, { name: `O'Brien's  "crew" & <co>`, description: '', permissions: [] });
  await site.database.change(
    "INSERT INTO permissions (name, description, since) VALUES ('tents-read', '', '2026-01-01')",
  );
  await site.database.change(
    `INSERT INTO role_permissions (role_id, permission) SELECT id, 'tents-read' FROM roles WHERE name = 'Crew'`,
  );
  for (const { id } of [above, below]) {
    const { email } = (await users.findById(id))!;
    await grants.give(operator, email, 'Crew', { until: new Date('2098-12-25T00:00Z'), reason: 'Winter' });
    await anOpenRequest(site, id);
  }
  const resting = await holder(site, ['User', 'Crew']);
  await users.deactivate(operator, (await users.findById(resting.id))!.email);
  for (const [name, permissions] of Object.entries(viewers))
    await roles.create(operator, { name: roleOf(name), description: '', permissions });
}

/**
 * Follows every link that is shown, and every form that only asks, and tries every button.
 *
 * @returns what is closed, and what a button would do otherwise than the fields beside it say.
 */
async function faultsFor(person: Person, ofAKind: number): Promise<string[]> {
  const faults: string[] = [];
  const seen = new Map<string, number>();
  const isNew = (address: string) => {
    const kind = address
      .replace(/\d+/g, 'n')
      .replace(/(digest|base|next|after|before|email|route|role|name|description)=[^&]*/g, '$1');
    const times = (seen.get(kind) ?? 0) + 1;
    seen.set(kind, times);
    if (seen.has(`= ${address}`)) return false;
    seen.set(`= ${address}`, 1);
    return times <= ofAKind;
  };
  const note = (page: Page, from: string, address: string, allowed: readonly number[]) => {
    if (!allowed.includes(page.status)) faults.push(`${from} leads to ${address}: ${page.status}`);
  };
  const waiting = await Promise.all(['/', '/admin'].map(async (from) => ({ from, page: await person.get(from) })));
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const { from, page } = next;
    if (!page.headers.get('content-type')?.startsWith('text/html')) continue;
    if (from.startsWith('/admin')) faults.push(...codesAsNames(page).map((code) => `${from} tells ${code} as a name`));
    faults.push(...overlookedOn(page).map((name) => `${from} has a field ${name} that its button overlooks`));
    const asking = formsOf(page).flatMap((form) =>
      form.buttons
        .filter(({ method }) => method === 'get')
        .map((button) => `${form.action}?${new URLSearchParams(fieldsOf(form, button)).toString()}`),
    );
    const acting = formsOf(page).flatMap((form) =>
      form.buttons.filter(({ method }) => method === 'post').map((button) => ({ form, button })),
    );
    for (const address of [...linksOf(page), ...asking]
      .map((href) => href.split('#')[0]!)
      .filter((href) => href.startsWith('/')))
      if (isNew(address)) {
        const page = await person.get(address);
        note(page, from, address, [200, 303, 422]);
        waiting.push({ from: address, page });
      }
    for (const { form, button } of acting.filter(({ form }) => form.action !== '/logout'))
      if (isNew(`POST ${form.action}`)) {
        // Without what was shown, and with no session's name, nothing is done but for making a link.
        const fields = {
          ...Object.fromEntries(fieldsOf(form, button)),
          digest: '',
          session: 'none',
          decision: '',
        };
        note(await person.post(form.action, fields), from, `POST ${form.action}`, [200, 303, 404, 409, 422]);
      }
  }
  expect(seen.size).toBeGreaterThan(2);
  return faults;
}

const codes = new RegExp(
  `[A-Z]{3,} /\\S*|${[...permissionNames(), ...auditActions()].join('|').replaceAll('.', '\\.')}`,
  'g',
);

/** Methods, paths, permissions and actions that stand elsewhere than in code, in small or in details. */
function codesAsNames({ body }: Page): string[] {
  const main = /<main.*<\/main>/s.exec(body)?.[0] ?? '';
  const told = main.replace(/<(code|small|details)\b.*?<\/\1>/gs, '').replace(/<[^>]*>/g, ' ');
  return [...told.matchAll(codes)].map(([code]) => code);
}

/** Follows what is shown to every kind of viewer; of pages that differ by a number only, `ofAKind` are looked at. */
export function tryShownLinks(ofAKind: number): void {
  beforeAll(furnish);
  afterAll(() => site.stop());

  describe('every link and button that is shown opens', () => {
    it.each(Object.keys(viewers))('for somebody who holds %s', async (name) => {
      const { person } = await holder(site, [roleOf(name)]);
      expect(await faultsFor(person, ofAKind)).toEqual([]);
    });

    it('for the superuser', async () => {
      expect(await faultsFor(await site.admin(), ofAKind)).toEqual([]);
    });
  });

  it('on their own page in the console people are led to their own password, and to no link for it', async () => {
    const { body } = await (await site.admin()).get('/admin/users/1');
    expect(body).toContain('href="/account/password"');
    expect(body).not.toContain('/admin/users/1/link');
  });
}
