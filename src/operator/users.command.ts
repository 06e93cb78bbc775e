import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import { UserRenames, type Renamed, type Renaming } from '../accounts/user-renames.service';
import { UsersService } from '../accounts/users.service';
import { operator } from '../audit/actor';
import { CommandGroup } from '../command-line/group';
import { printJson, printTable, say } from '../command-line/output';
import { PasswordChanges } from '../credentials/password-changes.service';
import { PasswordLinks, type OpenLink } from '../credentials/password-links.service';
import { Passwords } from '../credentials/passwords';
import { AllUsers } from '../directory/all-users.service';
import { AuthenticatorApps } from '../factors/authenticator-apps.service';
import { SecretsUnreadable } from '../factors/factor-errors';
import { SecondFactors } from '../factors/second-factors.service';
import { UserHoldings } from '../roles/user-holdings.service';
import type { User } from '../users/user.entity';
import { PasswordOption, type PasswordOptions } from './password-option';

interface CreateOptions extends PasswordOptions {
  name?: string;
  active?: boolean;
  role?: string[];
  link?: boolean;
}

abstract class TakesPassword extends CommandRunner {
  @Option({ flags: '--password <password>', description: 'the password; others may see it in the list of processes' })
  parsePassword(password: string): string {
    return password;
  }

  @Option({ flags: '--password-stdin', description: 'read the password from standard input' })
  parsePasswordStdin(): boolean {
    return true;
  }
}

@SubCommand({
  name: 'create',
  arguments: '<email>',
  description: 'make a user, inactive unless --active, who holds User unless --role',
})
export class CreateUser extends TakesPassword {
  constructor(
    private readonly users: UsersService,
    private readonly links: PasswordLinks,
    private readonly passwords: Passwords,
    private readonly password: PasswordOption,
  ) {
    super();
  }

  async run([email]: [string], options: CreateOptions): Promise<void> {
    const { name = '', active = false, role: roles = ['User'] } = options;
    const password = options.link ? this.withoutPassword(options) : await this.password.read(this.command, options);
    const made = (user: User) =>
      `${user.email} is now a user, ${active ? 'active' : 'not active'}, and holds ${roles.join(', ')}`;
    if (password === null) {
      const { user, link } = await this.links.invite(operator, { email, name, active, roles });
      return say(`${made(user)}; ${byLink(link)}`);
    }
    const passwordHash = await this.passwords.hash(password);
    const user = await this.users.create(operator, { email, name, passwordHash, active, roles });
    await this.password.warnOfWeakness(password, user);
    say(`${made(user)}.`);
  }

  private withoutPassword({ password, passwordStdin }: CreateOptions): null {
    if (password !== undefined || passwordStdin) this.command.error('Give either a password or --link.');
    return null;
  }

  @Option({ flags: '--link', description: 'print a link by which the person sets a password themselves' })
  parseLink(): boolean {
    return true;
  }

  @Option({ flags: '--name <name>', description: 'the name of the person' })
  parseName(name: string): string {
    return name;
  }

  @Option({ flags: '--active', description: 'the user may sign in at once' })
  parseActive(): boolean {
    return true;
  }

  @Option({ flags: '--role <role>', description: 'a role in place of User; may be repeated' })
  parseRole(role: string, previous: string[] = []): string[] {
    return [...previous, role];
  }
}

@SubCommand({ name: 'activate', arguments: '<email>', description: 'let a user sign in' })
export class ActivateUser extends CommandRunner {
  constructor(private readonly users: UsersService) {
    super();
  }

  async run([email]: [string]): Promise<void> {
    const isNew = await this.users.activate(operator, email);
    say(isNew ? `${email} is now active.` : `${email} is already active.`);
  }
}

@SubCommand({ name: 'deactivate', arguments: '<email>', description: 'sign a user out and let them in no more' })
export class DeactivateUser extends CommandRunner {
  constructor(private readonly users: UsersService) {
    super();
  }

  async run([email]: [string]): Promise<void> {
    const isNew = await this.users.deactivate(operator, email);
    say(isNew ? `${email} is no longer active and is signed out.` : `${email} is already inactive.`);
  }
}

@SubCommand({ name: 'rename', arguments: '<email>', description: 'give a user another name, another address, or both' })
export class RenameUser extends CommandRunner {
  constructor(private readonly renames: UserRenames) {
    super();
  }

  async run([email]: [string], to: Renaming): Promise<void> {
    if (to.name === undefined && to.email === undefined)
      this.command.error('Give a new name by --name, a new address by --email, or both.');
    const renamed = await this.renames.rename(operator, email, to);
    say(renamed.isChanged ? newNameOf(renamed) : `${renamed.is.email} already has ${this.givenIn(to)}.`);
  }

  private givenIn({ name, email }: Renaming): string {
    if (name === undefined) return 'that address';
    return email === undefined ? 'that name' : 'that name and address';
  }

  @Option({ flags: '--name <name>', description: 'the new name of the person' })
  parseName(name: string): string {
    return name;
  }

  @Option({ flags: '--email <email>', description: 'the new address; an open link to set a password ends' })
  parseEmail(email: string): string {
    return email;
  }
}

@SubCommand({ name: 'delete', arguments: '<email>', description: 'delete a user with their roles and sessions' })
export class DeleteUser extends CommandRunner {
  constructor(private readonly users: UsersService) {
    super();
  }

  async run([email]: [string]): Promise<void> {
    await this.users.delete(operator, email);
    say(`${email} is deleted.`);
  }
}

@SubCommand({
  name: 'change-password',
  arguments: '<email>',
  description: 'set a new password and end the sessions of a user',
})
export class ChangePassword extends TakesPassword {
  constructor(
    private readonly users: UsersService,
    private readonly passwordChanges: PasswordChanges,
    private readonly passwords: Passwords,
    private readonly password: PasswordOption,
  ) {
    super();
  }

  async run([email]: [string], options: PasswordOptions): Promise<void> {
    const user = await this.users.byEmail(email);
    const password = await this.password.read(this.command, options);
    await this.passwordChanges.changePassword(operator, email, { to: await this.passwords.hash(password) });
    await this.password.warnOfWeakness(password, user);
    say(`${user.email} has a new password and is signed out everywhere.`);
  }
}

@SubCommand({
  name: 'link',
  arguments: '<email>',
  description: 'make a link by which a user sets a new password; an older one ends',
})
export class MakeLink extends CommandRunner {
  constructor(
    private readonly users: UsersService,
    private readonly links: PasswordLinks,
  ) {
    super();
  }

  async run([email]: [string]): Promise<void> {
    const user = await this.users.byEmail(email);
    say(`For ${user.email}, ${byLink(await this.links.make(operator, user.id))}`);
  }
}

@SubCommand({
  name: 'reset-access',
  arguments: '<email>',
  description: 'end all sessions of a user, and clear their second factors',
})
export class ResetAccess extends CommandRunner {
  constructor(
    private readonly users: UsersService,
    private readonly secondFactors: SecondFactors,
  ) {
    super();
  }

  async run([email]: [string]): Promise<void> {
    const { id } = await this.users.byEmail(email);
    const { ended, cleared } = await this.secondFactors.resetAccess(operator, id);
    const sessions = `${ended} ${ended === 1 ? 'session' : 'sessions'} ended`;
    say(`${email} is signed out everywhere (${sessions})${cleared ? ' and has no second factor any more' : ''}.`);
  }
}

@SubCommand({ name: 'reencrypt', description: 'encrypt the secrets of all users with the first key of ENCRYPTION_KEY' })
export class Reencrypt extends CommandRunner {
  constructor(private readonly apps: AuthenticatorApps) {
    super();
  }

  async run(): Promise<void> {
    const { count, unreadable } = await this.apps.reencrypt();
    if (unreadable.length > 0) throw new SecretsUnreadable(unreadable);
    say(
      count === 0
        ? 'All secrets are already encrypted with the first key of ENCRYPTION_KEY.'
        : `${count} ${count === 1 ? 'secret is' : 'secrets are'} now encrypted with the first key of ENCRYPTION_KEY.`,
    );
  }
}

@SubCommand({ name: 'show', arguments: '<email>', description: 'show a user and the roles they hold' })
export class ShowUser extends CommandRunner {
  constructor(
    private readonly users: UsersService,
    private readonly holdings: UserHoldings,
  ) {
    super();
  }

  async run([email]: [string], { json }: { json?: boolean }): Promise<void> {
    const user = await this.users.byEmail(email);
    const shown = shownUser(user, await this.holdings.rolesOf(user.id));
    if (json) return printJson(shown);
    for (const [field, value] of Object.entries({ ...shown, roles: shown.roles.join(', ') }))
      say(`${field}: ${value ?? 'never'}`);
  }

  @Option({ flags: '--json', description: 'print JSON only' })
  parseJson(): boolean {
    return true;
  }
}

@SubCommand({ name: 'list', description: 'list all users, by id' })
export class ListUsers extends CommandRunner {
  constructor(private readonly users: AllUsers) {
    super();
  }

  async run(_arguments: string[], { json }: { json?: boolean }): Promise<void> {
    const users: ReturnType<typeof shownUser>[] = [];
    for await (const { user, roles } of this.users.everybody()) users.push(shownUser(user, roles));
    if (json) return printJson(users);
    const rows = users.map(({ id, email, name, active, roles }) => [
      String(id),
      email,
      name,
      active ? 'active' : 'not active',
      roles.join(', '),
    ]);
    printTable(['id', 'address', 'name', 'state', 'roles'], rows);
  }

  @Option({ flags: '--json', description: 'print JSON only' })
  parseJson(): boolean {
    return true;
  }
}

/** "ada@example.org is now ada@example.com and called Ada B." */
function newNameOf({ was, is }: Renamed): string {
  const called = is.name === '' ? 'without a name' : `called ${is.name}`;
  const changed = [...(is.email === was.email ? [] : [is.email]), ...(is.name === was.name ? [] : [called])];
  return `${was.email} is now ${changed.join(' and ')}.`;
}

/** The address stands alone at the end, so that it can be taken from there. */
function byLink({ address, ends }: OpenLink): string {
  return `a password can be set, once and until ${ends.toISOString()}, at ${address}`;
}

function shownUser({ id, name, email, active, createdAt, lastSignInAt }: User, roles: string[]) {
  return {
    id,
    name,
    email,
    active,
    roles,
    createdAt: createdAt.toISOString(),
    lastSignInAt: lastSignInAt?.toISOString() ?? null,
  };
}

const subCommands = [
  CreateUser,
  ActivateUser,
  DeactivateUser,
  RenameUser,
  ShowUser,
  DeleteUser,
  ChangePassword,
  MakeLink,
  ResetAccess,
  Reencrypt,
  ListUsers,
];

@Command({ name: 'users', description: 'people with an account', subCommands })
export class UsersCommand extends CommandGroup {}

export const usersCommands = [UsersCommand, ...subCommands];
