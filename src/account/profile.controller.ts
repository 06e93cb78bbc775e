import { Body, Controller, Get, HttpStatus, Post, Redirect, Render, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Area, CurrentUser, Permissions } from '../access/decorators';
import { actorOf } from '../access/origin';
import type { Principal } from '../access/principal';
import { UserRenames } from '../accounts/user-renames.service';
import { Accepts } from '../forms/accepts';
import { setFlashMessage } from '../sessions/session';
import { profileForm } from './profile.form';

type Profile = ReturnType<typeof profileForm.transform>;

@Controller('account/profile')
@Area('Your account', 'Change your name')
@Permissions('user-write')
export class ProfileController {
  constructor(private readonly renames: UserRenames) {}

  @Get()
  @Render('account/profile')
  show(@CurrentUser() { name }: Principal) {
    return profileForm.blank({ name });
  }

  @Post()
  @Accepts(profileForm)
  @Redirect('/account', HttpStatus.SEE_OTHER)
  async save(
    @Body(profileForm) { name }: Profile,
    @CurrentUser() { email }: Principal,
    @Req() request: Request,
  ): Promise<void> {
    const { isChanged } = await this.renames.rename(actorOf(request), email, { name });
    await setFlashMessage(request, isChanged ? 'Your name is changed.' : 'Your name is the same as before.');
  }
}
