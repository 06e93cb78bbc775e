import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import { meaningOf, permissionNames } from '../access/catalogue';
import { CommandGroup } from '../command-line/group';
import { printJson, printTable } from '../command-line/output';
import type { RoleSummary } from './find-role';
import { RolesService } from './roles.service';

@SubCommand({ name: 'list', description: 'list the permissions of the catalogue and the roles that carry them' })
export class ListPermissions extends CommandRunner {
  constructor(private readonly roles: RolesService) {
    super();
  }

  async run(_arguments: string[], { json }: { json?: boolean }): Promise<void> {
    const roles = await this.roles.all();
    const permissions: Listed[] = permissionNames().map((name) => ({
      name,
      description: meaningOf(name),
      roles: roles.filter((role) => role.permissions.includes(name)).map((role) => role.name),
    }));
    permissions.push(...obsoleteIn(roles));
    if (json) return printJson(permissions);
    printTable(
      ['permission', 'meaning', 'roles'],
      permissions.map(({ name, description, roles }) => [name, description, roles.join(', ')]),
    );
  }

  @Option({ flags: '--json', description: 'print JSON only' })
  parseJson(): boolean {
    return true;
  }
}

interface Listed {
  name: string;
  description: string;
  roles: string[];
  obsolete?: true;
}

/** What roles still carry that has left the catalogue. */
function obsoleteIn(roles: readonly RoleSummary[]): Listed[] {
  const names = [...new Set(roles.flatMap(({ obsolete = [] }) => obsolete))].sort();
  return names.map((name) => ({
    name,
    description: 'No longer in the catalogue: it counts for nothing',
    roles: roles.filter(({ obsolete }) => obsolete?.includes(name)).map((role) => role.name),
    obsolete: true,
  }));
}

@Command({ name: 'permissions', description: 'the catalogue of permissions', subCommands: [ListPermissions] })
export class PermissionsCommand extends CommandGroup {}

export const permissionsCommands = [PermissionsCommand, ListPermissions];
