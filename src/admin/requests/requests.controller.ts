import { Body, Controller, Get, HttpStatus, Post, Query, Redirect, Render, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Access } from '../../access/access.service';
import { isPermission, meaningOf } from '../../access/catalogue';
import { principalOf } from '../../access/current-user';
import { Found, Fresh, Keywords, Permissions, Title } from '../../access/decorators';
import { actorOf } from '../../access/origin';
import type { Principal } from '../../access/principal';
import { recordById } from '../../access/record-rule';
import { Clock } from '../../config/clock';
import { Accepts } from '../../forms/accepts';
import { PreviewIsStale } from '../../preview/changes.service';
import type { Effect } from '../../preview/effect';
import { requestStates, type AccessRequest } from '../../requests/access-request.entity';
import { AccessRequests } from '../../requests/access-requests.service';
import { isOwnRequest, RequestDecisions, type Approval } from '../../requests/request-decisions.service';
import { RoleWouldNotDo } from '../../requests/request-errors';
import { missingOf } from '../../roles/authority';
import { RolesService } from '../../roles/roles.service';
import { setFlashMessage } from '../../sessions/session';
import { calledIn, UserNames } from '../../users/user-names.service';
import { Administration } from '../administration';
import { addressOf } from '../people/people-addresses';
import { whatTheyHold } from '../people/user-change-words';
import { newRoleFor } from '../roles/new-role-link';
import { RoleOpenings } from '../roles/role-openings.service';
import { undoLink } from '../undo/undo-link';
import { approvalForm, decisionForm, declineForm, requestsForm } from './requests.form';

const PAGE = 50;

type Approving = ReturnType<typeof approvalForm.transform>;
type Listed = ReturnType<typeof requestsForm.transform>;
type Sent = Record<string, unknown>;

const requestInPath = recordById({ from: AccessRequests, findById: (id, requests) => requests.byId(id) });

@Controller('admin/requests')
@Administration('Answer a request for access')
@Permissions('users-read', 'users-write')
export class RequestsController {
  constructor(
    private readonly requests: AccessRequests,
    private readonly decisions: RequestDecisions,
    private readonly roles: RolesService,
    private readonly openings: RoleOpenings,
    private readonly names: UserNames,
    private readonly access: Access,
    private readonly clock: Clock,
  ) {}

  @Get()
  @Title('See requests for access')
  @Keywords('wishes, approve, decline')
  @Render('admin/requests/index')
  async index(@Query(requestsForm) { state, after }: Listed) {
    const found = await this.requests.page(state, PAGE + 1, after);
    const some = found.slice(0, PAGE);
    return {
      state,
      states: requestStates.map((name) => ({ name, href: listHref(name), isShown: name === state })),
      requests: some.map((request) => ({ ...shown(request), email: request.user.email, name: request.user.name })),
      first: after === undefined ? null : listHref(state),
      next: found.length > PAGE ? listHref(state, some.at(-1)?.id) : null,
    };
  }

  @Get(':id')
  @Accepts(approvalForm, (controller: RequestsController, request) => controller.pageOf(request, request.query))
  @Render('admin/requests/show')
  async show(
    @Found(requestInPath) asked: AccessRequest,
    @Query(approvalForm) approving: Approving,
    @Query('until') until: unknown,
    @Req() request: Request,
  ) {
    return { ...approvalForm.blank({ until }), ...(await this.page(asked, request, approving)) };
  }

  @Post(':id')
  @Fresh()
  @Accepts(decisionForm, (controller: RequestsController, request) => controller.pageOf(request, request.body as Sent))
  @Redirect('/admin/requests', HttpStatus.SEE_OTHER)
  async decide(
    @Found(requestInPath) asked: AccessRequest,
    @Body(decisionForm) { decision }: ReturnType<typeof decisionForm.transform>,
    @Req() request: Request,
  ): Promise<void> {
    if (decision === 'approve') await this.approve(asked, request);
    else await this.decline(asked, request);
  }

  private async approve({ id, userId }: AccessRequest, request: Request): Promise<void> {
    const { digest, shown_until: until, ...approval } = approvalForm.transform(request.body);
    try {
      await this.decisions.approve(actorOf(request), id, approval, { digest, until });
    } catch (error) {
      if (!(error instanceof PreviewIsStale || error instanceof RoleWouldNotDo)) throw error;
      throw approvalForm.rejected(request.body as Sent, {}, error);
    }
    const called = await this.names.calledOf([userId]);
    const message = `The request is approved: ${whatTheyHold([userId], approval, called)}`;
    await setFlashMessage(request, message, undoLink('users', request.requestId));
  }

  private async decline({ id }: AccessRequest, request: Request): Promise<void> {
    const { answer } = declineForm.transform(request.body);
    await this.decisions.decline(actorOf(request), id, answer);
    await setFlashMessage(request, 'The request is declined.');
  }

  /** Of a form that can't be accepted as it was sent. */
  private async pageOf(request: Request, sent: Sent): Promise<object> {
    const asked = await this.requests.byId(Number(request.params.id));
    return asked ? this.page(asked, request, approvalIn(sent)) : {};
  }

  private async page(asked: AccessRequest, request: Request, approving: Partial<Approval>) {
    const { userId, decidedBy } = asked;
    const people = await this.names.namesOf(decidedBy === null ? [userId] : [userId, decidedBy]);
    const [isOpen, isOwn] = [asked.state === 'open', isOwnRequest(actorOf(request), asked)];
    return {
      request: shown(asked),
      person: { id: userId, ...people.get(userId) },
      decidedBy: decidedBy === null ? null : (calledIn(people).get(decidedBy) ?? `user ${decidedBy}`),
      isOpen,
      isOwn,
      ...(isOpen && !isOwn ? await this.offerOf(asked, request, approving) : {}),
    };
  }

  /** The roles that would do, and what one of them would give. */
  private async offerOf(asked: AccessRequest, request: Request, approving: Partial<Approval>) {
    const actor = actorOf(request);
    const choices = await this.decisions.choices(actor, asked);
    const role = (choices.find(({ name }) => name === approving.role) ?? choices[0])?.name;
    const until = approving.until ?? null;
    const effect = role ? await this.decisions.preview(actor, asked, { role, until }) : null;
    return {
      isDecidable: true,
      choices: choices.map(({ name, additionalPermissions }) => ({
        name,
        count: additionalPermissions.length,
        more: additionalPermissions,
        isChosen: name === role,
      })),
      preview: effect && role ? { role, until, ...previewOf(effect) } : null,
      newRole: await this.newRole(newRoleFor(await this.decisions.missing(asked), choices), principalOf(request)),
    };
  }

  /** Whether this reader can make it; if not, the roles whose holders can. */
  private async newRole(link: ReturnType<typeof newRoleFor>, reader: Principal | null) {
    if (!link || !reader) return null;
    const power = { role: '', permissions: [...link.permissions], until: null };
    const holdsIt = missingOf(reader, power, this.clock.now()).length === 0;
    if (holdsIt && this.access.mayUse('POST /admin/roles/new', reader)) return { ...link, isTheirs: true };
    const makers = this.openings.rolesFor('POST /admin/roles/new', await this.roles.all());
    const able = makers.filter(
      (role) => role.holders > 0 && link.permissions.every((one) => role.permissions.includes(one)),
    );
    return { ...link, makers: able.map(({ name }) => ({ name, people: addressOf({ role: name, state: 'active' }) })) };
  }
}

/** The role and the end that were sent, as far as they can be read. */
function approvalIn(sent: Sent): Partial<Approval> {
  try {
    return approvalForm.transform(sent);
  } catch {
    return { role: String(sent.role) };
  }
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
