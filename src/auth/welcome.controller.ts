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
import { principalOf } from '../access/current-user';
import { Area, OpensBeforeSecondFactor, Public, Title } from '../access/decorators';
import { originOf } from '../access/origin';
import { SignInEvents } from '../audit/sign-in-events';
import { Clock } from '../config/clock';
import { settings, type Settings } from '../config/settings';
import { askerOf } from '../credentials/asker';
import { PasswordLinks } from '../credentials/password-links.service';
import { Passwords } from '../credentials/passwords';
import { FlowCookie } from '../sessions/flow-cookie';
import { logOut, setFlashMessage } from '../sessions/session';
import { SessionNotOpened } from '../sessions/session-store';
import { Sessions } from '../sessions/sessions.service';
import { LinkEnded } from '../users/user-errors';
import type { User } from '../users/user.entity';
import { AddressProof } from './address-proof.service';
import { AttemptLimits } from './attempt-limits';
import { PasswordChoice } from './password-choice.service';
import { SignInMessage } from './sign-in-message';
import { SignIn } from './sign-in.service';
import { welcomeForm } from './welcome.form';

const HOUR = 60 * 60_000;

declare module '../sessions/flow-cookie' {
  interface FlowsOfFeatures {
    welcome: { token: string };
  }
}

/** Where a link to set a password leads. Every token that is not good gets the same answer, before anything else is looked at. */
@Controller('welcome')
@Area('Signing in', 'Set your password by a link')
@OpensBeforeSecondFactor()
@Public()
export class WelcomeController {
  private readonly logger = new Logger('Password');

  constructor(
    private readonly links: PasswordLinks,
    private readonly passwords: Passwords,
    private readonly choice: PasswordChoice,
    private readonly limits: AttemptLimits,
    private readonly events: SignInEvents,
    private readonly signIn: SignIn,
    private readonly proof: AddressProof,
    private readonly message: SignInMessage,
    private readonly flows: FlowCookie,
    private readonly sessions: Sessions,
    private readonly clock: Clock,
    @Inject(settings.KEY) private readonly settings: Settings,
  ) {}

  /** For who has set one and is not active yet. */
  @Get()
  @Title('See that your account is not active yet')
  @Render('auth/password-set')
  wait() {
    return {};
  }

  @Get('password')
  @Header('Cache-Control', 'no-store')
  @Render('auth/welcome')
  async show(@Req() request: Request, @Res({ passthrough: true }) response: Response) {
    show(await this.ownerOf(this.tokenIn(request), request), response);
    return welcomeForm.blank();
  }

  @Post('password')
  @Header('Cache-Control', 'no-store')
  @Redirect('/', HttpStatus.SEE_OTHER)
  setPasswordInFlow(
    @Body() sent: unknown,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Partial<HttpRedirectResponse>> {
    return this.setPassword(this.tokenIn(request), sent, request, response);
  }

  /** The token leaves the address, and with it the history of the browser and what looks over a shoulder. */
  @Get(':token')
  @Header('Cache-Control', 'no-store')
  @Redirect('/welcome/password', HttpStatus.SEE_OTHER)
  async begin(
    @Param('token') token: string,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<void> {
    await this.ownerOf(token, request);
    this.keep(token, response);
  }

  @Post(':token')
  @Header('Cache-Control', 'no-store')
  @Redirect('/', HttpStatus.SEE_OTHER)
  async setPassword(
    @Param('token') token: string,
    @Body() sent: unknown,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Partial<HttpRedirectResponse>> {
    const owner = await this.ownerOf(token, request);
    this.keep(token, response);
    show(owner, response);
    const password = await this.chosenIn(sent, owner, request);
    await this.limits.beginPasswordLink(request.ip ?? '');
    const verifiedHash = await this.passwords.hash(password, askerOf(request.ip, owner.email));
    const { user, addressToProve } = await this.links.use(
      { kind: 'visitor', ...originOf(request) },
      token,
      verifiedHash,
    );
    this.logger.log({ event: 'password set by link', user: user.id, ip: request.ip, requestId: request.requestId });
    this.flows.clear(response);
    const isProofMissing = addressToProve === undefined && (await this.proof.isMissing(user));
    if (user.active && isProofMissing) return this.askForProof(user, response);
    return { url: await this.goOn(user, { verifiedHash, addressToProve }, request, response) };
  }

  private async askForProof(user: User, response: Response): Promise<Partial<HttpRedirectResponse>> {
    await this.proof.mail(user);
    this.message.leave(response, 'mail sent');
    return { url: '/login' };
  }

  /** Empty where there is none: no link has such a token. */
  private tokenIn(request: Request): string {
    return this.flows.open(request, 'welcome')?.token ?? '';
  }

  private keep(token: string, response: Response): void {
    this.flows.seal(response, 'welcome', { token }, new Date(this.clock.now().getTime() + HOUR));
  }

  private async chosenIn(sent: unknown, owner: User, request: Request): Promise<string> {
    const form = welcomeForm.accepted(sent, await this.choice.read(welcomeForm, sent, owner, request));
    const asker = askerOf(request.ip, owner.email);
    if (await this.passwords.isLocked(form.password, owner.passwordHash, asker))
      throw welcomeForm.rejected(form, {
        password: 'Choose another one: whoever was in your account may know this one.',
      });
    return form.password;
  }

  private async ownerOf(token: string, request: Request): Promise<User> {
    try {
      return await this.links.ownerOf(token);
    } catch (error) {
      const { ip, requestId } = originOf(request);
      if (error instanceof LinkEnded) await this.events.record({ kind: 'unusable link', ip }, { requestId });
      throw error;
    }
  }

  /** Under a new session id, whoever was signed in here. @returns where to go on */
  private async goOn(
    { id, active, factorsVersion: factors }: User,
    { verifiedHash, addressToProve }: { verifiedHash: string; addressToProve: string | undefined },
    request: Request,
    response: Response,
  ): Promise<string> {
    if (!active) return '/welcome';
    const knowsPassword = {
      id,
      verifiedHash,
      factors,
      isPasswordSet: true,
      remember: false,
      origin: originOf(request),
    };
    try {
      if (factors === null) {
        const url = await this.signIn.signIn(knowsPassword, '/', request, response);
        await setFlashMessage(request, 'Your password is set, and you are signed in.');
        return url;
      }
      await this.signOutHere(request, response);
      return await this.signIn.signIn({ ...knowsPassword, addressToProve }, '/', request, response);
    } catch (error) {
      if (!(error instanceof SessionNotOpened)) throw error;
      return '/welcome';
    }
  }

  /** The second step is for nobody who is signed in. */
  private async signOutHere(request: Request, response: Response): Promise<void> {
    const userId = principalOf(request)?.id;
    if (userId === undefined) return;
    await logOut(request, response, this.settings, (session) => this.sessions.signOut({ ...session, userId }));
  }
}

/** The view names the account, also when the form is shown again. */
function show({ name, email }: User, response: Response): void {
  response.locals.owner = { name, email };
}
