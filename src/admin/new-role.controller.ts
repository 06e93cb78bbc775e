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
import { AnyOf, Area, Permissions, permissions, roles } from '../access/decorators';
import { principalOf } from '../access/current-user';
import { actorOf } from '../auth/origin';
import { tellNext } from '../auth/session';
import { Clock } from '../config/clock';
import { RejectedForm } from '../forms/form';
import { BeyondAuthority } from '../roles/authority';
import { InvalidDescription, InvalidRoleName, RoleExists, UnknownPermission } from '../roles/role-errors';
import { RolesService } from '../roles/roles.service';
import { IdInPath } from '../web/id-in-path';
import { roleHref } from './access-grid';
import { boxesFor, roleForm } from './role.form';

type Sent = Record<string, unknown>;
type NewRole = ReturnType<typeof roleForm.transform>;

@Controller('admin/roles/new')
@Area('Administration', 'Create a role')
@AnyOf(roles('Admin'), permissions('admin-read', 'admin-write'))
@Permissions('roles-read', 'roles-write')
export class NewRoleController {
  constructor(
    private readonly roles: RolesService,
    private readonly clock: Clock,
  ) {}

  @Get()
  @Render('admin/roles/new')
  async show(@Query('copy') copy: unknown, @Req() request: Request) {
    const model = copy === undefined ? null : await this.byId(copy);
    return {
      ...roleForm.blank({ description: model?.description }),
      choices: this.choices(model?.permissions ?? [], request),
      model: model?.name,
    };
  }

  @Post()
  @Redirect('/admin/roles', HttpStatus.SEE_OTHER)
  async create(@Body() sent: Sent | undefined, @Req() request: Request) {
    const form = this.accept(sent ?? {}, request);
    const id = await this.save(form, request);
    await tellNext(request, `The role "${form.name}" is made. Nobody holds it yet.`);
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

  private accept(sent: Sent, request: Request): NewRole {
    try {
      return roleForm.transform(sent);
    } catch (error) {
      const ticked = [sent.permissions ?? []].flat().map(String);
      throw error instanceof RejectedForm ? error.showing({ choices: this.choices(ticked, request) }) : error;
    }
  }

  private async save(form: NewRole, request: Request): Promise<number> {
    try {
      return await this.roles.create(actorOf(request), form);
    } catch (error) {
      const field = fieldOf(error);
      if (!field || !(error instanceof Error)) throw error;
      throw roleForm
        .rejected(form, { [field]: error.message })
        .showing({ choices: this.choices(form.permissions, request) });
    }
  }
}

/** Beside which field a refusal is told. */
function fieldOf(error: unknown): keyof NewRole | null {
  if (error instanceof RoleExists || error instanceof InvalidRoleName) return 'name';
  if (error instanceof InvalidDescription) return 'description';
  return error instanceof UnknownPermission || error instanceof BeyondAuthority ? 'permissions' : null;
}
