import {
  Body,
  Controller,
  Get,
  HttpStatus,
  Post,
  Redirect,
  Render,
  Req,
  type HttpRedirectResponse,
} from '@nestjs/common';
import type { Request } from 'express';
import { Fresh, Keywords, Permissions } from '../../access/decorators';
import { actorOf } from '../../access/origin';
import { PasswordLinks } from '../../credentials/password-links.service';
import { RejectedForm } from '../../forms/form';
import { BeyondAuthority } from '../../roles/authority';
import { RoleNotFound } from '../../roles/role-errors';
import { RolesService } from '../../roles/roles.service';
import { setFlashMessage } from '../../sessions/session';
import { EmailTaken } from '../../users/user-errors';
import type { User } from '../../users/user.entity';
import { called } from '../../users/user-names.service';
import { Administration } from '../administration';
import { newUserForm } from './new-user.form';

type NewUserForm = ReturnType<typeof newUserForm.transform>;

/** Makes an account without a password, and the link by which its person sets one. */
@Controller('admin/users/new')
@Administration('Add a person')
@Keywords('new, create, invite, user, account, member')
@Permissions('users-read', 'users-write')
@Fresh()
export class NewUserController {
  constructor(
    private readonly links: PasswordLinks,
    private readonly roles: RolesService,
  ) {}

  @Get()
  @Render('admin/users/new')
  async show() {
    return { ...newUserForm.blank({ active: 'yes' }), choices: await this.choices(['User']) };
  }

  @Post()
  @Redirect('/admin/users', HttpStatus.SEE_OTHER)
  async create(@Body() sent: unknown, @Req() request: Request): Promise<Partial<HttpRedirectResponse>> {
    const user = await this.invite(sent, request);
    await setFlashMessage(
      request,
      `${called(user)} has an account now. Pass the link on, so that a password can be set.`,
    );
    return { url: `/admin/users/${user.id}/link` };
  }

  private async invite(sent: unknown, request: Request): Promise<User> {
    try {
      const form = newUserForm.transform(sent);
      return (await this.links.invite(actorOf(request), form)).user;
    } catch (error) {
      const rejected = error instanceof RejectedForm ? error : rejectionOf(error, sent);
      throw rejected?.withPage({ choices: await this.choices(tickedIn(sent)) }) ?? error;
    }
  }

  /** Names and what they are for; what the roles carry is for those who may see roles. */
  private async choices(ticked: readonly string[]) {
    const roles = await this.roles.all();
    return {
      roles: roles.map(({ id, name, description }) => ({ id, name, description, ticked: ticked.includes(name) })),
    };
  }
}

/** What the form shows beside a field, or null for what no field is to blame for. */
function rejectionOf(error: unknown, sent: unknown): RejectedForm | null {
  if (error instanceof EmailTaken) return newUserForm.rejected(sent as NewUserForm, { email: error.message });
  if (error instanceof BeyondAuthority || error instanceof RoleNotFound)
    return newUserForm.rejected(sent as NewUserForm, { roles: error.message });
  return null;
}

function tickedIn(sent: unknown): string[] {
  const { roles } = (sent ?? {}) as { roles?: unknown };
  return [roles].flat().filter((role) => typeof role === 'string');
}
