import { Body, Controller, Get, HttpStatus, Param, Post, Query, Redirect, Render, Req } from '@nestjs/common';
import type { Request } from 'express';
import { isPermission, meaningOf } from '../../access/catalogue';
import { Fresh, Permissions, Title } from '../../access/decorators';
import { actorOf } from '../../access/origin';
import { RejectedForm } from '../../forms/form';
import { PreviewIsStale } from '../../preview/changes.service';
import type { Effect } from '../../preview/effect';
import { requestStates, type AccessRequest } from '../../requests/access-request.entity';
import { AccessRequests } from '../../requests/access-requests.service';
import { isOwnRequest, RequestDecisions, type Approval } from '../../requests/request-decisions.service';
import { RequestNotFound, RoleWouldNotDo } from '../../requests/request-errors';
import { setFlashMessage } from '../../sessions/session';
import { UserNames } from '../../users/user-names.service';
import { IdInPath } from '../../web/id-in-path';
import { Administration } from '../administration';
import { whatTheyHold } from '../people/user-change-words';
import { approvalForm, decisionForm, declineForm, requestsForm } from './requests.form';

const PAGE = 50;

type Listed = ReturnType<typeof requestsForm.transform>;
type Sent = Record<string, unknown>;

@Controller('admin/requests')
@Administration('Answer a request for access')
@Permissions('users-read', 'users-write')
export class RequestsController {
  constructor(
    private readonly requests: AccessRequests,
    private readonly decisions: RequestDecisions,
    private readonly names: UserNames,
  ) {}

  @Get()
  @Title('See requests for access')
  @Render('admin/requests/index')
  async index(@Query(requestsForm) { state, after }: Listed) {
    const found = await this.requests.page(state, PAGE + 1, after);
    const some = found.slice(0, PAGE);
    return {
      state,
      states: requestStates.map((name) => ({ name, href: listHref(name), isShown: name === state })),
      requests: some.map((request) => ({ ...shown(request), email: request.user.email })),
      first: after === undefined ? null : listHref(state),
      next: found.length > PAGE ? listHref(state, some.at(-1)?.id) : null,
    };
  }

  @Get(':id')
  @Render('admin/requests/show')
  async show(@Param('id', IdInPath) id: number, @Query() sent: Sent, @Req() request: Request) {
    const found = await this.find(id);
    const approving = await this.accept(approvalForm, sent, found, request);
    return { ...approvalForm.blank({ until: sent.until }), ...(await this.modelOf(found, request, approving)) };
  }

  @Post(':id')
  @Fresh()
  @Redirect('/admin/requests', HttpStatus.SEE_OTHER)
  async decide(@Param('id', IdInPath) id: number, @Body() sent: Sent = {}, @Req() request: Request): Promise<void> {
    const found = await this.find(id);
    const { decision } = await this.accept(decisionForm, sent, found, request);
    if (decision === 'approve') await this.approve(found, sent, request);
    else await this.decline(found, sent, request);
  }

  private async approve(found: AccessRequest, sent: Sent, request: Request): Promise<void> {
    const approval = await this.accept(approvalForm, sent, found, request);
    try {
      await this.decisions.approve(actorOf(request), found.id, approval);
    } catch (error) {
      if (!(error instanceof PreviewIsStale || error instanceof RoleWouldNotDo)) throw error;
      const rejection = { status: HttpStatus.CONFLICT, message: error.message };
      throw approvalForm.rejected(sent, {}, rejection).withPage(await this.modelOf(found, request, approval));
    }
    const addresses = await this.names.addressesOf([found.userId]);
    await setFlashMessage(request, `The request is approved: ${whatTheyHold([found.userId], approval, addresses)}`);
  }

  private async decline(found: AccessRequest, sent: Sent, request: Request): Promise<void> {
    const { answer } = await this.accept(declineForm, sent, found, request);
    await this.decisions.decline(actorOf(request), found.id, answer);
    await setFlashMessage(request, 'The request is declined.');
  }

  private async accept<T>(
    form: { transform(sent: unknown): T },
    sent: Sent,
    found: AccessRequest,
    request: Request,
  ): Promise<T> {
    try {
      return form.transform(sent);
    } catch (error) {
      throw error instanceof RejectedForm ? error.withPage(await this.modelOf(found, request, roleIn(sent))) : error;
    }
  }

  private async find(id: number): Promise<AccessRequest> {
    const found = await this.requests.byId(id);
    if (!found) throw new RequestNotFound();
    return found;
  }

  private async modelOf(found: AccessRequest, request: Request, approving: Partial<Approval>) {
    const actor = actorOf(request);
    const ids = [found.userId, ...(found.decidedBy === null ? [] : [found.decidedBy])];
    const addresses = await this.names.addressesOf(ids);
    const isOwn = isOwnRequest(actor, found);
    const isOpen = found.state === 'open';
    return {
      request: shown(found),
      email: addresses.get(found.userId),
      decidedBy: found.decidedBy === null ? null : (addresses.get(found.decidedBy) ?? `user ${found.decidedBy}`),
      isOpen,
      isOwn,
      ...(isOpen && !isOwn ? await this.offerOf(found, request, approving) : {}),
    };
  }

  /** The roles that would do, and what one of them would give. */
  private async offerOf(found: AccessRequest, request: Request, approving: Partial<Approval>) {
    const actor = actorOf(request);
    const choices = await this.decisions.choices(actor, found);
    const role = (choices.find(({ name }) => name === approving.role) ?? choices[0])?.name;
    const until = approving.until ?? null;
    const effect = role ? await this.decisions.preview(actor, found, { role, until }) : null;
    return {
      isDecidable: true,
      choices: choices.map(({ name, additionalPermissions }) => ({
        name,
        count: additionalPermissions.length,
        isChosen: name === role,
      })),
      preview: effect && role ? { role, until, ...previewOf(effect) } : null,
    };
  }
}

function roleIn({ role }: Sent): Partial<Approval> {
  return typeof role === 'string' ? { role } : {};
}

function shown({ id, route, rule, reason, state, createdAt, decidedAt, answer }: AccessRequest) {
  return { id, route, rule, reason, state, createdAt, decidedAt, answer, href: `/admin/requests/${id}` };
}

function previewOf({ outcomes, first, digest }: Effect) {
  const [outcome] = outcomes;
  const diff = first[0]?.diff;
  return {
    digest,
    isPossible: outcome?.result === 'changed',
    refused: outcome?.sentence || (outcome?.result === 'changed' ? '' : 'They hold this role so already.'),
    gains: (diff?.gains ?? []).map(({ name }) => ({
      name,
      meaning: isPermission(name) ? meaningOf(name) : '',
    })),
    opens: (diff?.opens ?? []).map(({ name }) => name),
  };
}

function listHref(state: string, after?: number): string {
  const query = new URLSearchParams({ state, ...(after ? { after: String(after) } : {}) });
  return `/admin/requests?${query.toString()}`;
}
