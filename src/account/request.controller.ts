import { Body, Controller, Get, HttpStatus, Param, Post, Query, Redirect, Render, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Area, Authenticated, Title, When } from '../access/decorators';
import type { Principal } from '../access/principal';
import { principalOf } from '../access/current-user';
import { describeRule } from '../access/words';
import { tellNext } from '../auth/session';
import { RejectedForm } from '../forms/form';
import { AccessRequests } from '../users/access-requests.service';
import { AskedAlready, NothingToAskFor, TooManyRequests } from '../users/request-errors';
import { IdInPath } from '../web/id-in-path';
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
  async show(@Query('route') route: unknown, @Req() request: Request) {
    try {
      return { ...requestForm.blank(), ...(await this.modelOf(personOf(request), String(route))) };
    } catch (error) {
      if (error instanceof NothingToAskFor) return { nothing: error.message };
      throw error;
    }
  }

  @Post()
  @Redirect('/', HttpStatus.SEE_OTHER)
  async ask(@Body() sent: object = {}, @Req() request: Request) {
    const person = personOf(request);
    const { route, reason } = await this.accept(sent, person);
    await tellNext(request, await this.outcomeOf(person, route, reason));
    return { url: askHref(route) };
  }

  @Post(':id/withdraw')
  @Title('Withdraw a request for access')
  @When(ownRequest)
  @Redirect('/', HttpStatus.SEE_OTHER)
  async withdraw(@Param('id', IdInPath) id: number, @Req() request: Request) {
    await this.requests.withdraw(id);
    await tellNext(request, 'Your request is withdrawn.');
    return { url: askHref((await this.requests.byId(id))?.route ?? '') };
  }

  /** What was sent, or the form again, with all that its page shows. */
  private async accept(sent: object, person: Principal): Promise<Asked> {
    try {
      return requestForm.transform(sent);
    } catch (error) {
      throw await this.shownAgain(error, sent, person);
    }
  }

  private async outcomeOf(person: Principal, route: string, reason: string): Promise<string> {
    try {
      await this.requests.ask(person, route, reason);
      return 'You have asked for access. An administrator will answer.';
    } catch (error) {
      if (error instanceof AskedAlready) return error.message;
      if (!(error instanceof TooManyRequests)) throw error;
      throw await this.shownAgain(
        requestForm.rejected({ route, reason }, { reason: error.message }),
        { route },
        person,
      );
    }
  }

  private async shownAgain(rejected: unknown, sent: object, person: Principal): Promise<unknown> {
    if (!(rejected instanceof RejectedForm)) return rejected;
    const route: unknown = Reflect.get(sent, 'route');
    return rejected.showing(await this.modelOf(person, String(route)));
  }

  /** @throws NothingToAskFor */
  private async modelOf(person: Principal, routeName: string) {
    const { rule } = this.requests.askable(person, routeName);
    const latest = await this.requests.latest(person.id, routeName);
    return { route: routeName, rule: describeRule(rule), latest, isOpen: latest?.state === 'open' };
  }
}

/** The guard lets in nobody else. */
function personOf(request: Request): Principal {
  const person = principalOf(request);
  if (!person) throw new NothingToAskFor();
  return person;
}

function askHref(route: string): string {
  return `/access/request?${new URLSearchParams({ route }).toString()}`;
}
