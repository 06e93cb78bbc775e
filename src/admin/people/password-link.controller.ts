import {
  Body,
  Controller,
  Get,
  HttpStatus,
  Inject,
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
import { settings, type Settings } from '../../config/settings';
import { PasswordLinks } from '../../credentials/password-links.service';
import { setFlashMessage } from '../../sessions/session';
import { UserNames } from '../../users/user-names.service';
import type { User } from '../../users/user.entity';
import { Administration } from '../administration';

/** The link by which a person sets their own password: at first, and when they have forgotten it. */
@Controller('admin/users/:id/link')
@Administration('Make a link to set a password')
@Keywords('reset, forgotten, invite')
@Permissions('users-read', 'users-write')
@Fresh()
export class PasswordLinkController {
  constructor(
    private readonly links: PasswordLinks,
    private readonly names: UserNames,
    @Inject(settings.KEY) private readonly settings: Settings,
  ) {}

  @Get()
  @Render('admin/users/link')
  async show(@Found(userInPath) { id }: User, @Req() request: Request) {
    const { user, link } = await this.links.openFor(actorOf(request), id);
    return {
      person: { id, name: user.name, email: user.email, active: user.active, emailConfirmedAt: user.emailConfirmedAt },
      isMailSent: this.isMailSent,
      link: link && { ...link, maker: link.address === null ? await this.nameOf(link.madeBy) : null },
    };
  }

  @Post()
  @Redirect('/admin/users', HttpStatus.SEE_OTHER)
  async make(
    @Found(userInPath) { id, email }: User,
    @Body() sent: unknown,
    @Req() request: Request,
  ): Promise<Partial<HttpRedirectResponse>> {
    const isMailed = this.isMailSent && (Object(sent) as { by?: unknown }).by === 'email';
    await this.links.make(actorOf(request), id, { isMailed });
    const message = isMailed ? `A new link is on its way to ${email}.` : 'A new link is ready.';
    await setFlashMessage(request, `${message} An older one no longer works.`);
    return { url: `/admin/users/${id}/link` };
  }

  /** Without a mail server an email is a file, which nobody waits for. */
  private get isMailSent(): boolean {
    return this.settings.MAIL_URL !== null;
  }

  private async nameOf(madeBy: number | null): Promise<string> {
    if (madeBy === null) return 'the operator of the site';
    return (await this.names.calledOf([madeBy])).get(madeBy) ?? 'somebody who is here no more';
  }
}
