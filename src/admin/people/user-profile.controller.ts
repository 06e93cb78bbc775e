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
import { Found, Fresh, Keywords, Permissions } from '../../access/decorators';
import { actorOf } from '../../access/origin';
import { userInPath } from '../../accounts/user-in-path';
import { UserRenames } from '../../accounts/user-renames.service';
import { UsersService } from '../../accounts/users.service';
import { parseRowId } from '../../config/row-id';
import { Accepts } from '../../forms/accepts';
import { setFlashMessage } from '../../sessions/session';
import { NoSuchUser } from '../../users/user-errors';
import type { User } from '../../users/user.entity';
import { Administration } from '../administration';
import { userProfileForm } from './user-profile.form';

type Profile = ReturnType<typeof userProfileForm.transform>;

const pageOf = (controller: UserProfileController, request: Request) => controller.pageOf(request.params.id);

/** Corrects what somebody else is called, and their address: both the old one and the new one are told. */
@Controller('admin/users/:id/profile')
@Administration('Correct the name and address of a person')
@Keywords('rename, edit, email')
@Permissions('users-read', 'users-write')
@Fresh()
export class UserProfileController {
  constructor(
    private readonly renames: UserRenames,
    private readonly users: UsersService,
  ) {}

  @Get()
  @Render('admin/users/profile')
  show(@Found(userInPath) { id, name, email }: User) {
    return { ...userProfileForm.blank({ name, email }), person: { id, name, email } };
  }

  @Post()
  @Accepts(userProfileForm, pageOf)
  @Redirect('/admin/users', HttpStatus.SEE_OTHER)
  async save(
    @Found(userInPath) { id, email }: User,
    @Body(userProfileForm) to: Profile,
    @Req() request: Request,
  ): Promise<Partial<HttpRedirectResponse>> {
    const { is, isChanged } = await this.renames.rename(actorOf(request), email, to);
    await setFlashMessage(
      request,
      isChanged ? `Name and address are saved: ${is.name ? `${is.name}, ` : ''}${is.email}.` : 'Nothing was changed.',
    );
    return { url: `/admin/users/${id}` };
  }

  async pageOf(idInPath: unknown) {
    const user = await this.users.findById(parseRowId(idInPath) ?? 0);
    if (!user) throw new NoSuchUser();
    return { person: { id: user.id, name: user.name, email: user.email } };
  }
}
