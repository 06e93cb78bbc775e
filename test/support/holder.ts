import { UsersService } from '../../src/accounts/users.service';
import { operator } from '../../src/audit/actor';
import { Passwords } from '../../src/credentials/passwords';
import type { Person } from './person';
import type { Site } from './site';

export interface Holder {
  id: number;
  email: string;
  person: Person;
}

let made = 0;

/** Somebody new who holds these roles, signed in. */
export async function holder(
  site: Site,
  roles: readonly string[],
  { name = '', password = 'the password of a holder' } = {},
): Promise<Holder> {
  const [email, passwordHash] = [`holder${++made}@example.org`, await site.app.get(Passwords).hash(password)];
  const { id } = await site.app.get(UsersService).create(operator, { email, name, passwordHash, active: true, roles });
  const person = site.visitor();
  const { status } = await person.signIn(email, password);
  if (status !== 303) throw new Error(`Sign-in answered ${status}.`);
  return { id, email, person };
}
