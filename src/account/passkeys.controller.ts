import {
  Body,
  Controller,
  Get,
  Header,
  HttpCode,
  HttpStatus,
  Param,
  Post,
  Redirect,
  Render,
  Req,
  Res,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import { principalOf } from '../access/current-user';
import { Area, CurrentUser, Fresh, OpensBeforeSecondFactor, Permissions, Title } from '../access/decorators';
import { actorOf } from '../access/origin';
import type { Principal } from '../access/principal';
import { Clock } from '../config/clock';
import { PasskeyNotAccepted } from '../factors/factor-errors';
import { Passkeys } from '../factors/passkeys.service';
import { Accepts } from '../forms/accepts';
import { FlowCookie } from '../sessions/flow-cookie';
import { renewSession, setFlashMessage } from '../sessions/session';
import { IdInPath } from '../web/id-in-path';
import { CodesShownOnce } from './codes-shown-once';
import { passkeyForm } from './passkey.form';

const LASTS = 10 * 60_000;

declare module '../sessions/flow-cookie' {
  interface FlowsOfFeatures {
    'new passkey': { userId: number; challenge: string };
  }
}

type NewPasskey = ReturnType<typeof passkeyForm.transform>;

const pageOf = (controller: PasskeysController, request: Request) => {
  const person = principalOf(request);
  return person ? controller.pageOf(person) : {};
};

/** The passkeys of an account. */
@Controller('account/passkeys')
@OpensBeforeSecondFactor()
@Area('Your account')
@Permissions('user-write')
@Fresh()
export class PasskeysController {
  constructor(
    private readonly passkeys: Passkeys,
    private readonly codes: CodesShownOnce,
    private readonly flows: FlowCookie,
    private readonly clock: Clock,
  ) {}

  @Get()
  @Title('See your passkeys')
  @Render('account/passkeys')
  async show(
    @CurrentUser() person: Principal,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ) {
    const codes = this.codes.take(request, response, person.id);
    return { ...passkeyForm.blank(), codes, ...(await this.pageOf(person)) };
  }

  /** What a script of ours hands to the browser, as JSON. */
  @Post('options')
  @Title('Be asked for a new passkey')
  @HttpCode(HttpStatus.OK)
  @Header('Cache-Control', 'no-store')
  async ask(@CurrentUser() person: Principal, @Res({ passthrough: true }) response: Response) {
    const options = await this.passkeys.optionsToAdd(person);
    const flow = { userId: person.id, challenge: options.challenge };
    this.flows.seal(response, 'new passkey', flow, new Date(this.clock.now().getTime() + LASTS));
    return options;
  }

  @Post()
  @Title('Add a passkey')
  @Accepts(passkeyForm, pageOf)
  @Redirect('/account/passkeys', HttpStatus.SEE_OTHER)
  async add(
    @Body(passkeyForm) { name, credential }: NewPasskey,
    @CurrentUser() { id: userId }: Principal,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<void> {
    const flow = this.flows.open(request, 'new passkey');
    if (flow?.userId !== userId) throw new PasskeyNotAccepted();
    const given = { userId, name, credential, challenge: flow.challenge };
    const codes = await renewSession(request, (keep) => this.passkeys.add(actorOf(request), { ...given, keep }));
    if (codes) this.codes.give(response, userId, codes);
    else this.flows.clear(response);
    await setFlashMessage(request, 'Your passkey is added. You can sign in with it.');
  }

  @Post(':id/remove')
  @Title('Remove a passkey')
  @Redirect('/account/passkeys', HttpStatus.SEE_OTHER)
  async remove(
    @Param('id', IdInPath) id: number,
    @CurrentUser() { id: userId }: Principal,
    @Req() request: Request,
  ): Promise<void> {
    await renewSession(request, (keep) => this.passkeys.remove(actorOf(request), { userId, id, keep }));
    await setFlashMessage(request, 'The passkey is removed.');
  }

  async pageOf({ id }: Principal) {
    const passkeys = await this.passkeys.of(id);
    return {
      passkeys: passkeys.map(({ id, name, createdAt, lastUsedAt }) => ({
        id,
        name,
        added: new Date(createdAt),
        used: lastUsedAt && new Date(lastUsedAt),
      })),
    };
  }
}
