import { Controller, Get, Query, Render } from '@nestjs/common';
import { AccessMap } from '../../access/access-map';
import { Access } from '../../access/access.service';
import type { Admission } from '../../access/decide';
import { CurrentUser, Permissions, permissions, Title } from '../../access/decorators';
import { describeDecision, othersMay, verdictOf } from '../../access/describe-rule';
import { nameOf, type MapEntry } from '../../access/entries';
import type { Principal } from '../../access/principal';
import { RequiredFactor } from '../../access/required-factor';
import type { Rule } from '../../access/rule';
import { Clock } from '../../config/clock';
import { AccessQuestions, type EntryDecision } from '../../explain/access-questions.service';
import { RejectedForm, type Form } from '../../forms/form';
import { RolesService } from '../../roles/roles.service';
import { UserNotFound } from '../../users/user-errors';
import { Administration } from '../administration';
import { accessGrid, byArea, entryHref, entryRow } from './access-grid';
import { routeForm, unknownRoute, whyForm } from './access.form';

const PAGE = 50;

type Sent = Record<string, unknown>;
type Question = ReturnType<typeof whyForm.transform>;

@Controller('admin/access')
@Administration()
export class AccessController {
  constructor(
    private readonly access: Access,
    private readonly requiredFactor: RequiredFactor,
    private readonly accessMap: AccessMap,
    private readonly questions: AccessQuestions,
    private readonly roles: RolesService,
    private readonly clock: Clock,
  ) {}

  @Get()
  @Title('See the access map')
  @Permissions('roles-read')
  @Render('admin/access/index')
  async index() {
    return accessGrid(this.accessMap.entries, await this.roles.all(), this.clock.now());
  }

  @Get('route')
  @Title('See who can use a page or action')
  @Permissions('roles-read')
  @Render('admin/access/route')
  async route(@Query() sent: Sent, @CurrentUser() reader: Principal) {
    if (Object.keys(sent).length === 0) return { ...routeForm.blank(), choices: this.choices };
    const { route: name, after } = this.accept(routeForm, sent);
    const entry = this.find(name, routeForm, sent);
    const maySeePeople = this.access.meets(permissions('users-read'), reader);
    return {
      ...routeForm.blank({ route: entry.name }),
      choices: this.choices,
      entry: {
        ...entryRow(entry),
        area: entry.area,
        routes: entry.routes.map((route) => ({ name: nameOf(route), handler: route.handler })),
        anyone: anyoneIn(entry.rule),
        others: othersMay(entry.rule),
      },
      people: maySeePeople ? await this.peopleOf(entry, after) : null,
    };
  }

  @Get('why')
  @Title('See why somebody can use a page, or not')
  @Permissions('roles-read', 'users-read')
  @Render('admin/access/why')
  async why(@Query() sent: Sent) {
    if (Object.keys(sent).length === 0) return { ...whyForm.blank(), choices: this.choices };
    const question = this.accept(whyForm, sent);
    const asked = question.route ? this.find(question.route, whyForm, sent) : null;
    const { user, decisions } = await this.explain(question, sent);
    return {
      ...whyForm.blank({ ...question, route: asked?.name }),
      choices: this.choices,
      person: { id: user.id, name: user.name, email: user.email, active: user.active },
      answers: decisions.filter(({ entry }) => entry === asked).map(answered),
      everything: decisions.map(answered),
    };
  }

  private get choices() {
    const areas = byArea(this.accessMap.entries);
    return { route: areas.map(({ area, entries }) => ({ area, entries: entries.map(choiceOf) })) };
  }

  private accept<T>(form: { transform(sent: unknown): T }, sent: Sent): T {
    try {
      return form.transform(sent);
    } catch (error) {
      throw error instanceof RejectedForm ? error.withPage({ choices: this.choices }) : error;
    }
  }

  private find(name: string, form: Pick<Form<never>, 'rejected'>, sent: Sent): MapEntry {
    const entry = this.accessMap.entryOf(name);
    if (entry) return entry;
    throw form.rejected(sent, { route: unknownRoute }).withPage({ choices: this.choices });
  }

  private async explain(question: Question, sent: Sent) {
    try {
      return await this.questions.explainEverything(question.email);
    } catch (error) {
      throw error instanceof UserNotFound
        ? whyForm.rejected(sent, { email: error.message }).withPage({ choices: this.choices })
        : error;
    }
  }

  private async peopleOf(entry: MapEntry, after: number) {
    if (entry.rule.kind !== 'all-of' || anyoneIn(entry.rule)) return null;
    const { people, next } = await this.questions.whoMay(entry.rule, { after, count: PAGE });
    return {
      some: people.map((person) => {
        const { id, name, email } = person;
        const needsFactor = this.requiredFactor.standsBefore(entry, person);
        return { id, name, email, needsFactor, href: whyHref(email, entry) };
      }),
      isFirst: after === 0,
      first: entryHref(entry),
      next: next === null ? null : entryHref(entry, next),
    };
  }
}

/** Whom the rule lets in where no list of people would say more. */
function anyoneIn(rule: Rule): string | null {
  if (rule.kind === 'public') return 'Anyone, signed in or not.';
  if (rule.kind === 'signed-out') return 'Anyone who is not signed in.';
  const isForAllSignedIn = rule.conditions.every(({ kind }) => kind === 'authenticated');
  return isForAllSignedIn ? 'Everybody with an active account.' : null;
}

/** Where others in the area have the same title, the code tells them apart. */
function choiceOf({ name, title, code }: MapEntry, _i: number, area: readonly MapEntry[]) {
  const isAlone = area.filter((entry) => entry.title === title).length === 1;
  if (!title) return { name, words: code };
  return { name, words: isAlone ? title : `${title} (${code})` };
}

function answered({ entry, decision }: EntryDecision) {
  return {
    ...entryRow(entry),
    verdict: verdictOf(decision),
    ...outcomeOf(decision),
    reasons: describeDecision(decision),
  };
}

function outcomeOf(decision: Admission): { outcome: string; kind: string } {
  if (decision.allowed) return { outcome: 'allowed', kind: 'open' };
  if (decision.refusal === 'second-factor-first') return { outcome: 'second factor first', kind: 'elsewhere' };
  return decision.refusal === 'depends' ? { outcome: 'own', kind: 'own' } : { outcome: 'refused', kind: 'closed' };
}

function whyHref(email: string, { name }: MapEntry): string {
  return `/admin/access/why?${new URLSearchParams({ email, route: name }).toString()}`;
}
