import { randomUUID } from 'node:crypto';
import {
  Controller,
  Get,
  HttpStatus,
  Inject,
  Post,
  Query,
  Redirect,
  Render,
  Req,
  UseGuards,
  type HttpRedirectResponse,
} from '@nestjs/common';
import type { Request } from 'express';
import { Area, SignedOut } from '../access/decorators';
import { settings, type Settings } from '../config/settings';
import { sitePath } from '../forms/site-path';
import { endInWords } from '../sessions/ended-session';
import { LocalAuthGuard } from './local-auth.guard';
import { loginForm } from './login.form';

@Controller('login')
@Area('Signing in', 'Sign in')
@SignedOut()
export class LoginController {
  constructor(@Inject(settings.KEY) private readonly settings: Settings) {}

  @Get()
  @Render('auth/login')
  show(@Query('next') next: unknown, @Req() request: Request) {
    const values = { next: next === undefined ? '' : sitePath(next), form: randomUUID() };
    return { ...loginForm.blank(values), ended: endInWords(request, this.settings) };
  }

  @Post()
  @UseGuards(LocalAuthGuard)
  @Redirect('/', HttpStatus.SEE_OTHER)
  goOn(@Req() request: Request): Partial<HttpRedirectResponse> {
    return { url: sitePath((request.body as { next?: unknown }).next) };
  }
}
