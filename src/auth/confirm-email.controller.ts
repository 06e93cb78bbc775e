import {
  Body,
  Controller,
  Get,
  Header,
  HttpStatus,
  Inject,
  Logger,
  Param,
  Post,
  Redirect,
  Render,
  Req,
  Res,
  type HttpRedirectResponse,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import { Area, OpensBeforeSecondFactor, Public } from '../access/decorators';
import { originOf } from '../access/origin';
import type { EmailChange } from '../accounts/email-change.entity';
import { EmailChanges } from '../accounts/email-changes.service';
import type { Actor } from '../audit/actor';
import { SignInEvents } from '../audit/sign-in-events';
import { settings, type Settings } from '../config/settings';
import { askerOf } from '../credentials/asker';
import type { EmailConfirmation } from '../credentials/email-confirmation.entity';
import { EmailConfirmations } from '../credentials/email-confirmations.service';
import { Passwords } from '../credentials/passwords';
import { logIn, setFlashMessage } from '../sessions/session';
import { LinkEnded } from '../users/user-errors';
import { AttemptLimits } from './attempt-limits';
import { confirmEmailForm } from './confirm-email.form';
import { SignInMessage } from './sign-in-message';

/** Where a link to prove an address leads. Looking at it does nothing: programs that read mails follow every link. */
@Controller('confirm-email/:token')
@Area('Signing in', 'Confirm your address by a link')
@OpensBeforeSecondFactor()
@Public()
export class ConfirmEmailController {
  private readonly logger = new Logger('Registration');

  constructor(
    private readonly confirmations: EmailConfirmations,
    private readonly changes: EmailChanges,
    private readonly passwords: Passwords,
    private readonly limits: AttemptLimits,
    private readonly events: SignInEvents,
    private readonly message: SignInMessage,
    @Inject(settings.KEY) private readonly settings: Settings,
  ) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  @Render('auth/confirm-email')
  async show(@Param('token') token: string, @Req() request: Request, @Res({ passthrough: true }) response: Response) {
    show(await this.find(token, request), response);
    return confirmEmailForm.blank();
  }

  @Post()
  @Header('Cache-Control', 'no-store')
  @Redirect('/', HttpStatus.SEE_OTHER)
  async confirm(
    @Param('token') token: string,
    @Body() sent: unknown,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Partial<HttpRedirectResponse>> {
    const waiting = await this.find(token, request);
    show(waiting, response);
    if ('newEmail' in waiting) return this.confirmChange(token, request, response);
    if (waiting.userId === null) return this.completeRegistration(waiting, token, sent, request);
    await this.confirmations.confirm(visitorOf(request), token);
    this.message.leave(response, 'address confirmed');
    return { url: '/login' };
  }

  /** Only with the password that was chosen with it: whoever reads the mailbox may not be who registered. */
  private async completeRegistration(
    { id, email, passwordHash: verifiedHash }: EmailConfirmation,
    token: string,
    sent: unknown,
    request: Request,
  ): Promise<Partial<HttpRedirectResponse>> {
    const { password } = confirmEmailForm.transform(sent);
    const asker = askerOf(request.ip, email);
    this.passwords.ensureRoom(asker);
    await this.limits.beginConfirmation(id, request.ip ?? '');
    if (!(await this.passwords.verify(password, verifiedHash, asker)))
      throw confirmEmailForm.rejected({}, { password: 'This is not the password that you chose when you registered.' });
    const user = await this.confirmations.completeRegistration(visitorOf(request), token);
    this.logger.log({ event: 'registered', user: user.id, ip: request.ip, requestId: request.requestId });
    const opening = { verifiedHash, factors: null };
    await logIn(request, { id: user.id, ...opening, remember: false, origin: originOf(request) });
    await setFlashMessage(request, `Welcome to ${this.settings.APP_NAME}. Your account is ready.`);
    return {};
  }

  private async confirmChange(
    token: string,
    request: Request,
    response: Response,
  ): Promise<Partial<HttpRedirectResponse>> {
    await this.changes.confirm(originOf(request), token);
    if (!request.user) {
      this.message.leave(response, 'address confirmed');
      return { url: '/login' };
    }
    await setFlashMessage(request, 'Your new address is confirmed.');
    return { url: '/account' };
  }

  private async find(token: string, request: Request): Promise<EmailConfirmation | EmailChange> {
    try {
      return (await this.changes.waitingBy(token)) ?? (await this.confirmations.find(token));
    } catch (error) {
      const { ip, requestId } = originOf(request);
      if (error instanceof LinkEnded) await this.events.record({ kind: 'unusable link', ip }, { requestId });
      throw error;
    }
  }
}

/** The view names the address, also when the form is shown again. */
function show(waiting: EmailConfirmation | EmailChange, response: Response): void {
  const isChange = 'newEmail' in waiting;
  const email = isChange ? waiting.newEmail : waiting.email;
  response.locals.waiting = { email, isChange, isRegistration: waiting.userId === null };
}

/** Who opens the link proves the address, whoever is signed in here. */
function visitorOf(request: Request): Actor {
  return { kind: 'visitor', ...originOf(request) };
}
