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
import { UsersService } from '../../accounts/users.service';
import { parseRowId } from '../../config/row-id';
import { SecondFactors } from '../../factors/second-factors.service';
import { Accepts } from '../../forms/accepts';
import { setFlashMessage } from '../../sessions/session';
import type { User } from '../../users/user.entity';
import { called } from '../../users/user-names.service';
import { Administration } from '../administration';
import { userFactorsForm } from './user-factors.form';

const pageOfSent = (controller: UserFactorsController, request: Request) =>
  controller.pageOfNumber(parseRowId(request.params.id) ?? 0);

/** For somebody who has lost their second factors. */
@Controller('admin/users/:id/second-factors')
@Administration('Remove the second factors that a person has lost')
@Keywords('reset, 2FA, authenticator, passkey')
@Permissions('users-read', 'users-write')
export class UserFactorsController {
  constructor(
    private readonly users: UsersService,
    private readonly secondFactors: SecondFactors,
  ) {}

  @Get('reset')
  @Fresh()
  @Render('admin/users/reset-factors')
  async show(@Found(userInPath) user: User) {
    return { ...userFactorsForm.blank(), ...(await this.pageOf(user)) };
  }

  @Post('reset')
  @Fresh()
  @Accepts(userFactorsForm, pageOfSent)
  @Redirect('/admin/users', HttpStatus.SEE_OTHER)
  async reset(
    @Found(userInPath) user: User,
    @Body(userFactorsForm) _sure: ReturnType<typeof userFactorsForm.transform>,
    @Req() request: Request,
  ): Promise<Partial<HttpRedirectResponse>> {
    await this.secondFactors.reset(actorOf(request), user.id);
    await setFlashMessage(request, `${called(user)} has no second factor any more, and is signed out everywhere.`);
    return { url: `/admin/users/${user.id}` };
  }

  async pageOfNumber(id: number) {
    const user = await this.users.findById(id);
    return user ? this.pageOf(user) : {};
  }

  private async pageOf({ id, email, name }: User) {
    return { person: { id, email, name }, factors: await this.secondFactors.of(id) };
  }
}
