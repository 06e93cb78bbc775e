import { Controller, HttpStatus, Inject, Post, Redirect, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Authenticated } from '../access/decorators';
import { settings, type Settings } from '../config/settings';
import { logOut } from './session';

@Controller('logout')
@Authenticated()
export class LogoutController {
  constructor(@Inject(settings.KEY) private readonly settings: Settings) {}

  @Post()
  @Redirect('/', HttpStatus.SEE_OTHER)
  async leave(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<void> {
    await logOut(request, response, this.settings);
  }
}
