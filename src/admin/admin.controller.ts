import { Controller, Get, Render, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Access } from '../access/access.service';
import { AnyOf, permissions, roles } from '../access/decorators';
import { principalOf } from '../access/roles.guard';
import { RolesService } from '../roles/roles.service';
import { UsersService } from '../users/users.service';

const NEWEST = 5;

@Controller('admin')
@AnyOf(roles('Admin'), permissions('admin-read', 'admin-write'))
export class AdminController {
  constructor(
    private readonly access: Access,
    private readonly users: UsersService,
    private readonly roles: RolesService,
  ) {}

  @Get()
  @Render('admin/index')
  async index(@Req() request: Request) {
    const principal = principalOf(request);
    return {
      people: this.access.meets(permissions('users-read'), principal) ? await this.people() : null,
      roles: this.access.meets(permissions('roles-read'), principal) ? await this.roles.all() : null,
    };
  }

  private async people() {
    const { people, activePeople } = await this.users.figures();
    const newest = await this.users.newest(NEWEST);
    return {
      count: people,
      active: activePeople,
      newest: newest.map(({ id, email, name, active, createdAt }) => ({ id, email, name, active, createdAt })),
    };
  }
}
