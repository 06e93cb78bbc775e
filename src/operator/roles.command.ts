import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import { UserGrants } from '../accounts/user-grants.service';
import { operator } from '../audit/actor';
import { CommandGroup } from '../command-line/group';
import { printJson, printTable, say } from '../command-line/output';
import { endInWords } from '../config/moments';
import type { RoleSummary } from '../roles/find-role';
import { parseUntil } from '../roles/grant-period';
import { RolesService } from '../roles/roles.service';
import { joined } from '../text/joined';

/** "a, b" as names; an empty one between the commas stays, and is refused as unknown. */
function listed(text: string): string[] {
  return text.split(',').map((name) => name.trim());
}

@SubCommand({ name: 'create', arguments: '<name>', description: 'make a role' })
export class CreateRole extends CommandRunner {
  constructor(private readonly roles: RolesService) {
    super();
  }

  async run(
    [name]: [string],
    { description = '', permissions = [] }: { description?: string; permissions?: string[] },
  ): Promise<void> {
    await this.roles.create(operator, { name, description, permissions });
    say(`The role ${name} now exists and carries ${joined(permissions, 'and') || 'no permission'}.`);
  }

  @Option({ flags: '-d, --description <text>', description: 'what the role is for' })
  parseDescription(text: string): string {
    return text;
  }

  @Option({ flags: '-p, --permissions <names>', description: 'the permissions it carries, separated by commas' })
  parsePermissions(names: string): string[] {
    return listed(names);
  }
}

@SubCommand({ name: 'add', arguments: '<email> <role>', description: 'give a user a role' })
export class AddRole extends CommandRunner {
  constructor(private readonly grants: UserGrants) {
    super();
  }

  async run([email, role]: [string, string], given: { until?: string; reason?: string }): Promise<void> {
    const until = given.until === undefined ? undefined : parseUntil(given.until);
    const isNew = await this.grants.give(operator, email, role, { until, reason: given.reason });
    const end = until ? ` until ${endInWords(until)}` : '';
    say(isNew ? `${email} now holds ${role}${end}.` : `${email} already holds ${role}${end}.`);
  }

  @Option({ flags: '--until <date>', description: 'the last day on which they hold it, or "never"' })
  parseUntil(text: string): string {
    return text;
  }

  @Option({ flags: '--reason <text>', description: 'why, for the record' })
  parseReason(text: string): string {
    return text;
  }
}

@SubCommand({ name: 'remove', arguments: '<email> <role>', description: 'take a role from a user' })
export class RemoveRole extends CommandRunner {
  constructor(private readonly grants: UserGrants) {
    super();
  }

  async run([email, role]: [string, string]): Promise<void> {
    const wasHeld = await this.grants.revoke(operator, email, role);
    say(wasHeld ? `${email} no longer holds ${role}.` : `${email} does not hold ${role}; nothing changed.`);
  }
}

@SubCommand({
  name: 'add-permissions',
  arguments: '<role> <names>',
  description: 'let a role carry more permissions, separated by commas',
})
export class AddPermissions extends CommandRunner {
  constructor(private readonly roles: RolesService) {
    super();
  }

  async run([role, names]: [string, string]): Promise<void> {
    const added = await this.roles.addPermissions(operator, role, listed(names));
    say(
      added.length > 0
        ? `The role ${role} now carries ${joined(added, 'and')} too.`
        : `The role ${role} already carries ${joined(listed(names), 'and')}.`,
    );
  }
}

@SubCommand({
  name: 'remove-permissions',
  arguments: '<role> <names>',
  description: 'take permissions from a role, separated by commas',
})
export class RemovePermissions extends CommandRunner {
  constructor(private readonly roles: RolesService) {
    super();
  }

  async run([role, names]: [string, string]): Promise<void> {
    const removed = await this.roles.removePermissions(operator, role, listed(names));
    say(
      removed.length > 0
        ? `The role ${role} no longer carries ${joined(removed, 'and')}.`
        : `The role ${role} does not carry ${joined(listed(names), 'or')}; nothing changed.`,
    );
  }
}

@SubCommand({ name: 'show', arguments: '<role>', description: 'show a role and what it carries' })
export class ShowRole extends CommandRunner {
  constructor(private readonly roles: RolesService) {
    super();
  }

  async run([asked]: [string], { json }: { json?: boolean }): Promise<void> {
    const role = await this.roles.byName(asked);
    if (json) return printJson(shownRole(role));
    const { id, name, description, builtIn } = role;
    for (const [field, value] of Object.entries({ id, name, description, builtIn, permissions: carriedInWords(role) }))
      say(`${field}: ${Array.isArray(value) ? value.join(', ') : value}`);
    say(`holders: ${role.holders}`);
  }

  @Option({ flags: '--json', description: 'print JSON only' })
  parseJson(): boolean {
    return true;
  }
}

@SubCommand({ name: 'delete', arguments: '<role>', description: 'delete a role and take it from everybody' })
export class DeleteRole extends CommandRunner {
  constructor(private readonly roles: RolesService) {
    super();
  }

  async run([name]: [string]): Promise<void> {
    await this.roles.delete(operator, name);
    say(`The role ${name} is deleted.`);
  }
}

@SubCommand({ name: 'list', description: 'list all roles, by id' })
export class ListRoles extends CommandRunner {
  constructor(private readonly roles: RolesService) {
    super();
  }

  async run(_arguments: string[], { json }: { json?: boolean }): Promise<void> {
    const roles = await this.roles.all();
    if (json) return printJson(roles.map(shownRole));
    const rows = roles.map(({ id, name, builtIn, holders, permissions, ...more }) => [
      String(id),
      name,
      builtIn ? 'built in' : '',
      String(holders),
      carriedInWords({ permissions, ...more }).join(', '),
    ]);
    printTable(['id', 'role', '', 'holders', 'permissions'], rows);
  }

  @Option({ flags: '--json', description: 'print JSON only' })
  parseJson(): boolean {
    return true;
  }
}

function shownRole({ id, name, description, builtIn, permissions, obsolete }: RoleSummary) {
  return { id, name, description, builtIn, permissions, ...(obsolete ? { obsolete } : {}) };
}

function carriedInWords({ permissions, obsolete = [] }: Pick<RoleSummary, 'permissions' | 'obsolete'>): string[] {
  return [...permissions, ...obsolete.map((name) => `${name} (no longer in the catalogue)`)];
}

const subCommands = [
  CreateRole,
  AddRole,
  RemoveRole,
  AddPermissions,
  RemovePermissions,
  ListRoles,
  ShowRole,
  DeleteRole,
];

@Command({ name: 'roles', description: 'roles, what they carry and who holds them', subCommands })
export class RolesCommand extends CommandGroup {}

export const rolesCommands = [RolesCommand, ...subCommands];
