import { AccessMap } from '../src/access/access-map';
import { dump } from './support/dump';
import { formsOf } from './support/forms-of';
import { holder } from './support/holder';
import type { Page, Person } from './support/person';
import { valuesOf } from './support/fixtures';
import { filled } from './support/route-parameters';
import { Site } from './support/site';

/** What a page may write: that a file was exported. */
const writtenByPages = ['audit_events', 'audit_head'];

interface Shown {
  path: string;
  page: Page;
}

/** Every page there is, as a visitor and as the superuser see it, opened by a link on a page of another site. */
describe('every page', () => {
  let site: Site;
  let admin: Person;
  let before: Record<string, unknown[]>;
  const shown: Record<'visitor' | 'admin', Shown[]> = { visitor: [], admin: [] };
  const everything = () => [...shown.visitor, ...shown.admin];

  /** Beside when a session was used, and the secret of an app that counts for nothing until its first code is given. */
  async function comparable(): Promise<Record<string, unknown[]>> {
    const { sessions, authenticator_apps: apps, ...others } = await dump(site);
    for (const table of writtenByPages) delete others[table];
    const ids = (sessions as { id: string }[]).map(({ id }) => id);
    return { ...others, ids, apps: (apps as { confirmed_at: unknown }[]).filter((app) => app.confirmed_at !== null) };
  }

  async function openAll(person: Person, paths: readonly string[]): Promise<Shown[]> {
    const pages: Shown[] = [];
    for (const path of paths) {
      const page = await person.get(path, { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' });
      pages.push({ path, page });
    }
    return pages;
  }

  beforeAll(async () => {
    site = await Site.start();
    admin = await site.admin();
    const values = await valuesOf(site, (await holder(site, ['User'])).id);
    const routes = site.app.get(AccessMap).routes.filter(({ method }) => method === 'GET');
    const paths = routes.map(({ path }) => filled(path, values));
    before = await comparable();
    shown.visitor = await openAll(site.visitor(), paths);
    shown.admin = await openAll(admin, paths);
  });
  afterAll(() => site.stop());

  const isHtml = ({ page }: Shown) => page.status === 200 && page.headers.get('content-type')?.startsWith('text/html');

  it('is shown to somebody', () => {
    expect(shown.admin.filter(isHtml).length).toBeGreaterThan(20);
    expect(everything().filter(({ page }) => page.status >= 500)).toEqual([]);
  });

  it('changes nothing by being opened', async () => {
    expect(await comparable()).toEqual(before);
  });

  it('lets no other site read it', () => {
    const allowing = everything().flatMap(({ page }) =>
      [...page.headers.keys()].filter((name) => /^access-control/.test(name)),
    );
    expect(allowing).toEqual([]);
  });

  it('says nothing of what the cookies of who opens it hold', () => {
    const values = admin.cookie.split('; ').map((pair) => decodeURIComponent(pair.slice(pair.indexOf('=') + 1)));
    const secrets = values.flatMap((value) => value.replace(/^s:/, '').split('.'));
    expect(secrets.filter((secret) => secret.length >= 20).length).toBeGreaterThanOrEqual(4);
    for (const { path, page } of shown.admin)
      expect([path, secrets.filter((secret) => page.body.includes(secret))]).toEqual([path, []]);
  });

  it('has a button to sign out for who is signed in, and none for a visitor', () => {
    const withoutIt = shown.admin.filter(isHtml).filter(({ page }) => !hasSignOut(page));
    expect(withoutIt.map(({ path }) => path)).toEqual([]);
    expect(shown.visitor.filter(({ page }) => hasSignOut(page))).toEqual([]);
  });

  it('hides a password as it is typed, and lets a password manager fill it in', () => {
    const fields = everything().flatMap(({ page }) => passwordFieldsOf(page));
    expect(fields.length).toBeGreaterThan(5);
    for (const field of fields) {
      expect(field).toMatch(/ type="password"/);
      expect(field).toMatch(/ autocomplete="(current|new)-password"/);
      expect(field).not.toMatch(/ (maxlength|pattern|readonly|on\w+)=/);
    }
  });

  it('brings no script or style within it', () => {
    for (const { path, page } of everything().filter(isHtml)) {
      const within = page.body.match(
        /<script(?![^>]* src="\/assets\/)[^>]*>|<style[^>]*>|<[a-z][^>]* (?:style|on[a-z]+)=/gi,
      );
      expect([path, within]).toEqual([path, null]);
    }
  });
});

function hasSignOut(page: Page): boolean {
  return formsOf(page).some(({ action, buttons }) => action === '/logout' && buttons.length === 1);
}

function passwordFieldsOf({ body }: Page): string[] {
  return [...body.matchAll(/<input[^>]* name="\w*password\w*"[^>]*>/g)].map(([field]) => field);
}
