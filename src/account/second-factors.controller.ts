import { Body, Controller, Get, HttpStatus, Post, Redirect, Render, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { principalOf } from '../access/current-user';
import { Area, CurrentUser, Fresh, Keywords, OpensBeforeSecondFactor, Permissions, Title } from '../access/decorators';
import { RequiredFactor } from '../access/required-factor';
import { actorOf } from '../access/origin';
import type { Principal } from '../access/principal';
import { AuthenticatorApps } from '../factors/authenticator-apps.service';
import { EncryptionKeyMissing } from '../factors/encryption';
import { AppSetUpAlready } from '../factors/factor-errors';
import { SecondFactors } from '../factors/second-factors.service';
import { Accepts } from '../forms/accepts';
import { renewSession, setFlashMessage } from '../sessions/session';
import { CodesShownOnce } from './codes-shown-once';
import { qrCodeOf } from './qr-code';
import { secondFactorsForm } from './second-factors.form';

type FirstCode = ReturnType<typeof secondFactorsForm.transform>;

const pageOf = (controller: SecondFactorsController, request: Request) => {
  const person = principalOf(request);
  return person ? controller.pageOf(person) : {};
};

/** The second factors of an account, and the app that is being set up. */
@Controller('account')
@OpensBeforeSecondFactor()
@Area('Your account')
@Permissions('user-write')
@Fresh()
export class SecondFactorsController {
  constructor(
    private readonly apps: AuthenticatorApps,
    private readonly secondFactors: SecondFactors,
    private readonly codes: CodesShownOnce,
    private readonly requiredFactor: RequiredFactor,
  ) {}

  @Get('two-factor')
  @Title('See your second factors')
  @Keywords('2FA, two-factor, authenticator')
  @Render('account/two-factor')
  async show(
    @CurrentUser() person: Principal,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ) {
    const codes = this.codes.take(request, response, person.id);
    return { ...secondFactorsForm.blank(), codes, ...(await this.pageOf(person)) };
  }

  @Post('two-factor')
  @Title('Set up an authenticator app')
  @Accepts(secondFactorsForm, pageOf)
  @Redirect('/account/two-factor', HttpStatus.SEE_OTHER)
  async confirm(
    @Body(secondFactorsForm) { code }: FirstCode,
    @CurrentUser() { id: userId }: Principal,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<void> {
    const codes = await renewSession(request, (keep) => this.apps.confirm(actorOf(request), { userId, code, keep }));
    if (codes) this.codes.give(response, userId, codes);
    await setFlashMessage(request, 'Your authenticator app is set up. From now on signing in asks for a code of it.');
  }

  @Post('two-factor/remove')
  @Title('Remove your authenticator app')
  @Redirect('/account/two-factor', HttpStatus.SEE_OTHER)
  async remove(@CurrentUser() { id: userId }: Principal, @Req() request: Request): Promise<void> {
    await renewSession(request, (keep) => this.apps.remove(actorOf(request), { userId, keep }));
    await setFlashMessage(request, 'Your authenticator app is removed.');
  }

  @Post('recovery-codes')
  @Title('Make new recovery codes')
  @Redirect('/account/two-factor', HttpStatus.SEE_OTHER)
  async renewCodes(
    @CurrentUser() { id: userId }: Principal,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<void> {
    const codes = await renewSession(request, (keep) =>
      this.secondFactors.renewRecoveryCodes(actorOf(request), { userId, keep }),
    );
    this.codes.give(response, userId, codes);
    await setFlashMessage(request, 'You have new recovery codes. The old ones no longer work.');
  }

  async pageOf(person: Principal) {
    const factors = await this.secondFactors.of(person.id);
    const isRequired = this.requiredFactor.isMissingFor(person);
    return { factors, isRequired, setUp: factors.app ? null : await this.setUpOf(person) };
  }

  /** What the app reads; or why none can be set up. */
  private async setUpOf(person: Principal) {
    try {
      const { secret, address } = await this.apps.begin(person);
      return { secret, spelled: secret.replace(/(?<=^(.{4})+)(?=.)/g, ' '), address, picture: await qrCodeOf(address) };
    } catch (error) {
      if (error instanceof EncryptionKeyMissing) return { fault: error.message };
      if (error instanceof AppSetUpAlready) return null;
      throw error;
    }
  }
}
