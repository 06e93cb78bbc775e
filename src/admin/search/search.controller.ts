import { Controller, Get, Query, Render } from '@nestjs/common';
import { AccessMap } from '../../access/access-map';
import { Access } from '../../access/access.service';
import { meaningOf, permissionNames } from '../../access/catalogue';
import { CurrentUser, permissions } from '../../access/decorators';
import { pageAmong } from '../../access/entries';
import type { PermissionName } from '../../access/names';
import type { Principal } from '../../access/principal';
import { UserDirectory } from '../../directory/user-directory.service';
import { RolesService } from '../../roles/roles.service';
import { isolated } from '../../text/isolated';
import { isFoundIn } from '../../text/search-words';
import { entryHref, roleHref } from '../access/access-grid';
import { remotenessOf } from '../access/entry-search';
import { whyHref } from '../access/why-address';
import { Administration } from '../administration';
import { searchForm } from './search.form';

/** Of each kind so many are shown; people have a list of their own for more. */
const SHOWN = 10;

/** Finds people, roles, permissions and pages by the beginning of any word: those of them that the reader may see. */
@Controller('admin/search')
@Administration('Search')
export class SearchController {
  constructor(
    private readonly access: Access,
    private readonly accessMap: AccessMap,
    private readonly directory: UserDirectory,
    private readonly roles: RolesService,
  ) {}

  @Get()
  @Render('admin/search')
  async show(@Query() sent: unknown, @CurrentUser() reader: Principal) {
    const { q } = searchForm.transform(sent);
    if (q === '') return searchForm.blank({ q });
    const found = {
      ...(await this.people(q, reader)),
      roles: await this.rolesFound(q, reader),
      permissions: this.permissionsFound(q, reader),
      pages: this.pages(q, reader),
    };
    const isNothing = Object.values(found).flat().length === 0;
    return { ...searchForm.blank({ q }), ...found, isNothing };
  }

  private async people(search: string, reader: Principal) {
    if (!this.may(reader, 'users-read')) return {};
    const { people, next } = await this.directory.page({ search, order: 'address' }, SHOWN);
    const all = `/admin/users?${new URLSearchParams({ search }).toString()}`;
    const shown = people.map((person) => ({
      ...person,
      roles: person.roles.map(isolated).join(', '),
      why: whyHref({ email: person.email }),
    }));
    return { people: shown, all: next ? all : [] };
  }

  private async rolesFound(q: string, reader: Principal) {
    if (!this.may(reader, 'roles-read')) return [];
    const found = (await this.roles.all()).filter(({ name, description }) => isIn([name, description], q));
    return found.slice(0, SHOWN).map(({ id, ...role }) => ({ ...role, href: roleHref(id) }));
  }

  private permissionsFound(q: string, reader: Principal) {
    if (!this.may(reader, 'roles-read')) return [];
    const found = permissionNames().map((name) => ({ name, meaning: meaningOf(name) }));
    return found.filter(({ name, meaning }) => isIn([name, meaning], q)).slice(0, SHOWN);
  }

  /** Pages to go to first, then what only the access map can say something of; among them what is found by its title. */
  private pages(q: string, reader: Principal) {
    const isMapShown = this.access.mayUse('GET /admin/access/route', reader);
    return this.accessMap.entries
      .map((entry) => ({ ...entry, remoteness: remotenessOf(entry, q) }))
      .filter(({ remoteness }) => remoteness >= 0)
      .sort((one, other) => one.remoteness - other.remoteness)
      .map(({ title, area, name, names }) => ({
        title: title ?? name,
        area,
        href: pageAmong(names, (page) => this.access.mayUse(page, reader)),
        map: isMapShown ? entryHref({ name }) : null,
      }))
      .filter(({ href, map }) => href ?? map)
      .sort((one, other) => Number(other.href !== null) - Number(one.href !== null))
      .slice(0, SHOWN);
  }

  private may(reader: Principal, permission: PermissionName): boolean {
    return this.access.meets(permissions(permission), reader);
  }
}

function isIn(texts: readonly string[], q: string): boolean {
  return texts.some((text) => isFoundIn(text, q));
}
