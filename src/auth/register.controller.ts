import { randomUUID } from 'node:crypto';
import {
  Body,
  Controller,
  Get,
  HttpStatus,
  Inject,
  Logger,
  Post,
  Query,
  Redirect,
  Render,
  Req,
  Res,
  type HttpRedirectResponse,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import { Area, OnlyWhile, SignedOut } from '../access/decorators';
import { actorOf, originOf } from '../access/origin';
import { UsersService } from '../accounts/users.service';
import { SignInEvents } from '../audit/sign-in-events';
import { settings, type Settings } from '../config/settings';
import { askerOf } from '../credentials/asker';
import { EmailConfirmations } from '../credentials/email-confirmations.service';
import { Passwords } from '../credentials/passwords';
import { sitePath } from '../forms/site-path';
import { logIn, setFlashMessage } from '../sessions/session';
import { EmailLooksTaken, EmailTaken } from '../users/user-errors';
import type { User } from '../users/user.entity';
import { TooManyAttempts } from './attempt-counter';
import { AttemptLimits } from './attempt-limits';
import { SignInMessage } from './sign-in-message';
import { PasswordChoice } from './password-choice.service';
import { namesIn, registerForm } from './register.form';

type Registration = ReturnType<typeof registerForm.transform>;

@Controller('register')
@Area('Signing in', 'Create an account')
@SignedOut()
@OnlyWhile('REGISTRATION', 'open')
export class RegisterController {
  private readonly logger = new Logger('Registration');

  constructor(
    private readonly users: UsersService,
    private readonly confirmations: EmailConfirmations,
    private readonly message: SignInMessage,
    private readonly passwords: Passwords,
    private readonly choice: PasswordChoice,
    private readonly limits: AttemptLimits,
    private readonly events: SignInEvents,
    @Inject(settings.KEY) private readonly settings: Settings,
  ) {}

  @Get()
  @Render('auth/register')
  show(@Query('next') next: unknown) {
    return registerForm.blank({ next: next === undefined ? '' : sitePath(next), form: randomUUID() });
  }

  @Post()
  @Redirect('/', HttpStatus.SEE_OTHER)
  async register(
    @Body() body: unknown,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Partial<HttpRedirectResponse>> {
    const sentAt = Date.now();
    const form = registerForm.accepted(body, await this.choice.read(registerForm, body, namesIn(body), request));
    const sent = form.form ? { id: form.form, sentAt } : undefined;
    const asker = askerOf(request.ip);
    this.passwords.ensureRoom(asker);
    await this.count(request);
    const verifiedHash = await this.passwords.hash(form.password, asker);
    if (this.isByMail) return this.leaveWaiting(form, verifiedHash, request, response);
    const user = await this.insert(form, verifiedHash, request);
    this.logger.log({ event: 'registered', user: user.id, ip: request.ip, requestId: request.requestId });
    const opening = { verifiedHash, factors: null, form: sent };
    await logIn(request, { id: user.id, ...opening, remember: false, origin: originOf(request) });
    await setFlashMessage(request, `Welcome to ${this.settings.APP_NAME}. Your account is ready.`);
    return { url: sitePath(form.next) };
  }

  /** Whether an account begins with the proof of its address. */
  private get isByMail(): boolean {
    return this.settings.MAIL_URL !== null || this.settings.REQUIRE_CONFIRMED_EMAIL;
  }

  /** The same whether the address is known or not: nobody has looked. */
  private async leaveWaiting(
    { email, name }: Registration,
    passwordHash: string,
    request: Request,
    response: Response,
  ): Promise<Partial<HttpRedirectResponse>> {
    await this.confirmations.register({ email, name, passwordHash }, originOf(request).ip);
    this.message.leave(response, 'mail sent');
    return { url: '/login' };
  }

  private async count(request: Request): Promise<void> {
    try {
      await this.limits.beginRegistration(request.ip ?? '');
    } catch (error) {
      const { ip, requestId } = originOf(request);
      if (error instanceof TooManyAttempts)
        await this.events.record({ kind: 'registration limited', ip }, { requestId });
      throw error;
    }
  }

  private async insert(form: Registration, passwordHash: string, request: Request): Promise<User> {
    try {
      return await this.users.register(actorOf(request), { email: form.email, name: form.name, passwordHash });
    } catch (error) {
      if (error instanceof EmailLooksTaken) throw registerForm.rejected(form, { email: error.message });
      if (error instanceof EmailTaken)
        throw registerForm.rejected(form, { email: 'There is an account with this address already. Sign in instead.' });
      throw error;
    }
  }
}
