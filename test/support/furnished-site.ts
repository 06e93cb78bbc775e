import { UserGrants } from '../../src/accounts/user-grants.service';
import { UsersService } from '../../src/accounts/users.service';
import { operator } from '../../src/audit/actor';
import { PasswordLinks } from '../../src/credentials/password-links.service';
import { RolesService } from '../../src/roles/roles.service';
import { Site } from './site';

export type Who = 'visitor' | 'user' | 'keyholder' | 'admin';

const longAddressOf = (i: number) => `${'crewwithalongaddress'.padEnd(60, 'x')}${i}@example.org`;

/** The address of somebody who holds the role with a long name. */
export const longAddress = longAddressOf(9);

/** A site on which a lot is to be seen, and who looks at it. */
export class Furnished {
  readonly cookies: Record<Who, string> = { visitor: '', user: '', keyholder: '', admin: '' };
  site!: Site;
  /** Somebody who can't sign in yet. */
  invited!: number;
  /** Somebody with a long address. */
  crew!: number;

  get users(): UsersService {
    return this.site.app.get(UsersService);
  }

  get grants(): UserGrants {
    return this.site.app.get(UserGrants);
  }

  get roles(): RolesService {
    return this.site.app.get(RolesService);
  }

  /** A new link for who is invited, by the operator: where it leads on this site. */
  async newLink(): Promise<string> {
    const { address } = await this.site.app.get(PasswordLinks).make(operator, this.invited);
    return new URL(address).pathname;
  }

  async furnish(): Promise<void> {
    this.site = await Site.start({ LOG_LEVEL: 'error' });
    const ada = await this.site.user('ada@example.org');
    await ada.post('/access/request', { route: 'GET /admin/audit', reason: 'I look after the accounts' });
    await ada.post('/access/request', {
      route: 'GET /admin/access',
      reason: 'I explain to new helpers who may do what',
    });
    this.cookies.user = ada.cookie;
    await this.addRoles();
    await this.leaveThingsUndone();
    this.cookies.keyholder = (await this.site.user('kim@example.org')).cookie;
    await this.grants.give(operator, 'kim@example.org', 'Keyholder');
    this.cookies.admin = (await this.site.admin()).cookie;
    await this.site.visitor().signIn('ada@example.org', 'a password of a user');
    const bea = { email: 'bea@example.org', name: 'Bea', passwordHash: '', active: false, roles: ['User'] };
    this.invited = (await this.users.create(operator, bea)).id;
    this.crew = (await this.users.byEmail(longAddress)).id;
  }

  /** One as long as they come, held by many; one that keeps the roles; and many more. */
  private async addRoles(): Promise<void> {
    const long = 'Stagecrewwithoutasinglespace'.padEnd(64, 'x');
    const description = 'y'.repeat(255);
    await this.roles.create(operator, { name: long, description, permissions: ['user-read', 'roles-read'] });
    const keys = ['admin-read', 'admin-write', 'roles-read', 'roles-write'];
    await this.roles.create(operator, { name: 'Keyholder', description: 'Looks after the roles', permissions: keys });
    for (let i = 1; i < 12; i++)
      await this.roles.create(operator, {
        name: `Crew ${i}`,
        description: `Of stage ${i}`,
        permissions: ['user-read'],
      });
    for (let i = 0; i < 55; i++) {
      const email = i % 9 ? `crew${i}@example.org` : longAddressOf(i);
      await this.users.create(operator, { email, name: '', passwordHash: '', active: i % 7 > 0, roles: ['User'] });
      const period = i % 5 ? {} : { until: new Date(Date.now() + 86_400_000), reason: 'Crew' };
      await this.grants.give(operator, email, long, period);
    }
  }

  /** People and a role that somebody should look after. */
  private async leaveThingsUndone(): Promise<void> {
    const bare = { passwordHash: '', active: true, roles: [] };
    await this.users.create(operator, { ...bare, email: 'bare1@example.org', name: 'Grace Hopper' });
    await this.users.create(operator, { ...bare, email: 'bare2@example.org', name: '' });
    await this.roles.create(operator, { name: 'Stage crew', description: '', permissions: [] });
  }
}
