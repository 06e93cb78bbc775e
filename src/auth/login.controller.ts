import {
  Controller,
  Get,
  HttpStatus,
  Post,
  Query,
  Redirect,
  Render,
  Req,
  UseGuards,
  type HttpRedirectResponse,
} from '@nestjs/common';
import type { Request } from 'express';
import { SignedOut } from '../access/decorators';
import { sitePath } from '../forms/site-path';
import { LocalAuthGuard } from './local-auth.guard';
import { loginForm } from './login.form';

@Controller('login')
@SignedOut()
export class LoginController {
  @Get()
  @Render('auth/login')
  show(@Query('next') next: unknown) {
    return loginForm.blank({ next: next === undefined ? '' : sitePath(next) });
  }

  @Post()
  @UseGuards(LocalAuthGuard)
  @Redirect('/', HttpStatus.SEE_OTHER)
  goOn(@Req() request: Request): Partial<HttpRedirectResponse> {
    return { url: sitePath((request.body as { next?: unknown }).next) };
  }
}
