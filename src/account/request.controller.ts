import { Body, Controller, Get, HttpStatus, Post, Query, Redirect, Render, Req } from '@nestjs/common';
import type { Request } from 'express';
import { principalOf } from '../access/current-user';
import { Area, Authenticated, Title, When, CurrentUser, Found } from '../access/decorators';
import { describeRule } from '../access/describe-rule';
import type { Principal } from '../access/principal';
import { Accepts } from '../forms/accepts';
import type { AccessRequest } from '../requests/access-request.entity';
import { askHref } from '../requests/ask-address';
import { AccessRequests } from '../requests/access-requests.service';
import { AskedAlready, NothingToAskFor } from '../requests/request-errors';
import { setFlashMessage } from '../sessions/session';
import { ownRequest } from './own-request';
import { requestForm } from './request.form';

type Asked = ReturnType<typeof requestForm.transform>;

/** Where somebody who was refused asks for access. */
@Controller('access/request')
@Area('Your account', 'Ask for access')
@Authenticated()
export class RequestController {
  constructor(private readonly requests: AccessRequests) {}

  @Get()
  @Render('account/request')
  async show(@Query('route') route: unknown, @CurrentUser() person: Principal) {
    try {
      return { ...requestForm.blank(), ...(await this.modelOf(person, String(route))) };
    } catch (error) {
      if (error instanceof NothingToAskFor) return { nothing: error.message };
      throw error;
    }
  }

  @Post()
  @Accepts(requestForm, (controller: RequestController, request) => controller.pageOf(request))
  @Redirect('/', HttpStatus.SEE_OTHER)
  async ask(@Body(requestForm) { route, reason }: Asked, @CurrentUser() person: Principal, @Req() request: Request) {
    await setFlashMessage(request, await this.outcomeOf(person, route, reason));
    return { url: askHref(route) };
  }

  @Post(':id/withdraw')
  @Title('Withdraw a request for access')
  @When(ownRequest)
  @Redirect('/', HttpStatus.SEE_OTHER)
  async withdraw(@Found(ownRequest) { id, route }: AccessRequest, @Req() request: Request) {
    await this.requests.withdraw(id);
    await setFlashMessage(request, 'Your request is withdrawn.');
    return { url: askHref(route) };
  }

  private async outcomeOf(person: Principal, route: string, reason: string): Promise<string> {
    try {
      const { title, name } = await this.requests.ask(person, route, reason);
      return `You have asked for access: “${title ?? name}”. An administrator will answer.`;
    } catch (error) {
      if (error instanceof AskedAlready) return error.message;
      throw error;
    }
  }

  /** Of a form that was sent. */
  private async pageOf(request: Request): Promise<object> {
    const person = principalOf(request);
    const { route } = Object(request.body) as { route?: unknown };
    return person ? this.modelOf(person, String(route)) : {};
  }

  /** @throws NothingToAskFor */
  private async modelOf(person: Principal, routeName: string) {
    const entry = this.requests.askable(person, routeName);
    const latest = await this.requests.latest(person.id, entry);
    return { route: routeName, rule: describeRule(entry.rule), latest, isOpen: latest?.state === 'open' };
  }
}
