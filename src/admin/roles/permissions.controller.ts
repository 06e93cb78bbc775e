import { Controller, Get, Render } from '@nestjs/common';
import { AccessMap } from '../../access/access-map';
import { meaningOf, permissionNames } from '../../access/catalogue';
import { Keywords, Permissions } from '../../access/decorators';
import { permissionsIn } from '../../access/rule-references';
import { RoleCatalogue } from '../../roles/role-catalogue.service';
import { RolesService } from '../../roles/roles.service';
import { entryRow, roleHref } from '../access/access-grid';
import { Administration } from '../administration';

@Controller('admin/permissions')
@Administration('See permissions')
@Keywords('rights')
@Permissions('roles-read')
export class PermissionsController {
  constructor(
    private readonly accessMap: AccessMap,
    private readonly catalogue: RoleCatalogue,
    private readonly roles: RolesService,
  ) {}

  @Get()
  @Render('admin/permissions')
  async index() {
    const [known, all] = [await this.catalogue.knownPermissions(), await this.roles.all()];
    const obsolete = [...new Set(all.flatMap(({ obsolete = [] }) => obsolete))].sort();
    return {
      obsolete: obsolete.map((name) => ({
        name,
        roles: all
          .filter((role) => role.obsolete?.includes(name))
          .map((role) => ({ name: role.name, href: roleHref(role.id) })),
      })),
      permissions: permissionNames().map((name) => ({
        name,
        meaning: meaningOf(name),
        since: known.find((permission) => permission.name === name)?.since,
        roles: all
          .filter((role) => role.permissions.includes(name))
          .map((role) => ({ name: role.name, href: roleHref(role.id) })),
        entries: this.accessMap.entries.filter(({ rule }) => permissionsIn(rule).includes(name)).map(entryRow),
      })),
    };
  }
}
