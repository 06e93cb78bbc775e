import { UsersService } from '../../src/accounts/users.service';
import { operator } from '../../src/audit/actor';
import { Passwords } from '../../src/credentials/passwords';
import type { Person } from './person';
import type { Site } from './site';

const password = 'the password of a holder';
let made = 0;

/** Somebody new who holds these roles, signed in, with their number. */
export async function holder(site: Site, roles: readonly string[]): Promise<{ id: number; person: Person }> {
  const [email, passwordHash] = [`holder${++made}@example.org`, await site.app.get(Passwords).hash(password)];
  const user = { email, name: '', passwordHash, active: true, roles };
  const { id } = await site.app.get(UsersService).create(operator, user);
  const person = site.visitor();
  const { status } = await person.signIn(email, password);
  if (status !== 303) throw new Error(`Sign-in answered ${status}.`);
  return { id, person };
}
