import { setUpApp, type codeAt } from './authenticator';
import { holder, type Holder } from './holder';
import type { Page, Person } from './person';
import type { Site } from './site';

export const password = 'a password of a user';

/** Somebody with an authenticator app. */
export interface AppOwner extends Holder {
  secret: string;
  recoveryCodes: string[];
}

export async function appOwner(site: Site, codeOf: typeof codeAt): Promise<AppOwner> {
  const somebody = await holder(site, ['User'], { password });
  return { ...somebody, ...(await setUpApp(somebody.person, codeOf)) };
}

/** Somebody who has given the right password, and is asked for the second factor. */
export async function halfwayIn(site: Site, email: string, more: Record<string, string> = {}): Promise<Person> {
  const person = site.visitor();
  const page = await person.signIn(email, password, more);
  expect(page).toMatchObject({ status: 303, location: '/login/two-factor' });
  return person;
}

let networks = 0;

/** From a network of its own. */
export const fromElsewhere = () => ({ 'x-forwarded-for': `10.7.${++networks % 250}.1` });

export const enter = (person: Person, code: string): Promise<Page> =>
  person.post('/login/two-factor', { code }, fromElsewhere());

/** What was recorded of an account, the latest first. */
export const lastEventsOf = (site: Site, id: number) =>
  site.database.query<{ actor: string; action: string }>(
    `SELECT actor, action FROM audit_events WHERE subject = 'user ${id}' ORDER BY sequence DESC`,
  );
