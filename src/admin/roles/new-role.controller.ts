import {
  Body,
  Controller,
  Get,
  HttpStatus,
  NotFoundException,
  Post,
  Query,
  Redirect,
  Render,
  Req,
} from '@nestjs/common';
import type { Request } from 'express';
import { principalOf } from '../../access/current-user';
import { Fresh, Keywords, Permissions } from '../../access/decorators';
import { actorOf } from '../../access/origin';
import { Clock } from '../../config/clock';
import { Accepts } from '../../forms/accepts';
import { RolesService } from '../../roles/roles.service';
import { setFlashMessage } from '../../sessions/session';
import { isolated } from '../../text/isolated';
import { IdInPath } from '../../web/id-in-path';
import { roleHref } from '../access/access-grid';
import { Administration } from '../administration';
import { boxesFor, roleForm } from './role.form';
import { RoleOpenings } from './role-openings.service';

type NewRole = ReturnType<typeof roleForm.transform>;

@Controller('admin/roles/new')
@Administration('Create a role')
@Keywords('new, add, group')
@Permissions('roles-read', 'roles-write')
@Fresh()
export class NewRoleController {
  constructor(
    private readonly roles: RolesService,
    private readonly openings: RoleOpenings,
    private readonly clock: Clock,
  ) {}

  @Get()
  @Render('admin/roles/new')
  async show(@Query('copy') copy: unknown, @Query('permissions') wanted: unknown, @Req() request: Request) {
    const model = copy === undefined ? null : await this.byId(copy);
    return {
      ...roleForm.blank({ description: model?.description }),
      choices: this.choices(model?.permissions ?? listed(wanted), request),
      model: model?.name,
    };
  }

  @Post()
  @Accepts(roleForm, (controller: NewRoleController, request) => controller.pageOf(request))
  @Redirect('/admin/roles', HttpStatus.SEE_OTHER)
  async create(@Body(roleForm) form: NewRole, @Req() request: Request) {
    const id = await this.roles.create(actorOf(request), form);
    const whyNothing = this.openings.whyNothing(form);
    const made = `The role "${isolated(form.name)}" is made. Nobody holds it yet.`;
    await setFlashMessage(request, whyNothing ? `${made} ${whyNothing}` : made);
    return { url: roleHref(id) };
  }

  private async byId(copy: unknown) {
    const role = await this.roles.byId(new IdInPath().transform(String(copy)));
    if (!role) throw new NotFoundException();
    return role;
  }

  private choices(ticked: readonly string[], request: Request) {
    return { permissions: boxesFor(principalOf(request), { permissions: ticked }, this.clock.now()) };
  }

  /** Of a form that was sent. */
  private pageOf(request: Request) {
    const { permissions } = Object(request.body) as { permissions?: unknown };
    return { choices: this.choices(listed(permissions), request) };
  }
}

/** Sent once, several times, or not at all. */
function listed(sent: unknown): string[] {
  return [sent ?? []].flat().map(String);
}
