import type { ExecutionContext } from '@nestjs/common';
import { DiscoveryService, type ApplicationConfig } from '@nestjs/core';
import * as fc from 'fast-check';
import {
  AccessForbidden,
  AlreadySignedIn,
  ProveAgain,
  SecondFactorFirst,
  SignInFirst,
} from '../../src/access/access-errors';
import { AccessMap } from '../../src/access/access-map';
import { Access } from '../../src/access/access.service';
import { describeRefusal } from '../../src/access/describe-refusal';
import { describeDecision, describeRule, verdictOf } from '../../src/access/describe-rule';
import { Principal } from '../../src/access/principal';
import type { Route } from '../../src/access/route';
import { recordRulesOf } from '../../src/access/rule';
import { Principals } from '../../src/accounts/principals.service';
import { UsersService } from '../../src/accounts/users.service';
import { WhyController } from '../../src/admin/access/why.controller';
import { AccessQuestions } from '../../src/explain/access-questions.service';
import { ExplainAccess } from '../../src/explain/access.command';
import { aQuestion, password, Population, type Asked, type Drawn } from './random-people';
import { refusalOf } from './refusal-of';
import type { Site } from './site';

/** Of so many questions one is asked as a request, the others where they are decided. */
const ONE_IN = 50;

/**
 * Asks so many random questions: may this person use this route at this moment? The guard, the navigation, `access
 * explain` and the page "Who may, and why" give one answer, which is that about the person as they were drawn. Whoever can
 * open the administration must have a second factor there.
 *
 * @returns how many were let in, how many had to set up a second factor first, and how many were asked as requests too
 */
export async function expectOneAnswer(
  site: Site,
  questions: number,
): Promise<{ letIn: number; withoutFactor: number; requests: number }> {
  // Requests are far apart here: no connection that a client means to use again may be closed meanwhile.
  site.app.getHttpServer().keepAliveTimeout = 0;
  const population = await Population.make(site);
  const count = { asked: 0, letIn: 0, withoutFactor: 0, requests: 0 };
  await fc.assert(
    fc.asyncProperty(aQuestion, async (question) => {
      const moment = population.momentOf(question);
      population.setClock(moment);
      const asked = population.asked(question, moment);
      expect({ asked, moment, ...(await answers(site, asked)) }).toEqual({
        asked,
        moment,
        ...expectedOf(asked, moment),
      });
      if (asked.admission.allowed) count.letIn++;
      if (isFactorFirst(asked.admission)) count.withoutFactor++;
      if (count.asked++ % ONE_IN > 0) return;
      count.requests++;
      await expectSameByRequest(population, asked);
    }),
    { numRuns: questions, endOnFailure: true },
  );
  const { letIn, withoutFactor, requests } = count;
  return { letIn, withoutFactor, requests };
}

interface Answers {
  guard: string;
  navigation: boolean;
  explained: string[];
  page: unknown;
}

function expectedOf(asked: Asked, moment: Date): Answers {
  const { person, route, decision, withoutRecord, admission, ofEntry } = asked;
  const isLookedFor = recordRulesOf(route.rule).some(({ source }) => source);
  const who = person.active ? person.email : `${person.email}, who is not active and so counts as a visitor,`;
  return {
    guard: decision.allowed && lacksProof(asked, moment) ? 'prove-again' : wordOf(admission),
    // A link never waits for a record that the database has.
    navigation: (isLookedFor ? withoutRecord : decision).allowed,
    explained: [
      `${who} ${verdictOf(admission)} use ${calledInTerminal(route)}, which takes: ${describeRule(route.rule)}.`,
      ...describeDecision(admission).map((reason) => `- ${reason}`),
    ],
    page: { can: canOf(ofEntry), reasons: describeDecision(ofEntry) },
  };
}

/** Everything else says what they may, whenever they last proved who they are. */
function lacksProof({ route: { rule }, provedAt }: Asked, moment: Date): boolean {
  const isFresh = rule.kind === 'all-of' && rule.conditions.some(({ kind }) => kind === 'fresh');
  return isFresh && (provedAt === null || moment.getTime() - provedAt.getTime() >= 15 * 60_000);
}

function calledInTerminal({ title, method, path }: Route): string {
  return title ? `"${title}" (${method} ${path})` : `${method} ${path}`;
}

function wordOf(admission: Asked['admission']): string {
  if (admission.allowed) return 'let in';
  return admission.refusal === 'forbidden' ? describeRefusal(admission) : admission.refusal;
}

function isFactorFirst(admission: Asked['admission']): boolean {
  return !admission.allowed && admission.refusal === 'second-factor-first';
}

async function answers(site: Site, asked: Asked): Promise<Answers> {
  const { person, parameters, provedAt } = asked;
  const principal = (await principalIn(site, person))?.inSession(provedAt) ?? null;
  const question = { email: person.email, route: nameOf(asked) };
  const page = await site.app.get(WhyController).why(question, administers);
  const answer = 'answer' in page ? page.answer : null;
  return {
    guard: await guardOf(site, asked, principal),
    navigation: site.app.get(Access).mayUse(nameOf(asked), principal, parameters),
    explained: await explained(site, asked),
    page: answer && { can: `${answer.can} ${answer.only}`.trim(), reasons: answer.reasons },
  };
}

/** Who reads the page: nobody in particular. */
const administers = new Principal({ id: 0, email: '', name: '', hasConfiguredPassword: false }, []);

/** As the page begins its sentence, and ends it. */
function canOf(admission: Asked['admission']): string {
  if (admission.allowed) return 'can';
  if (admission.refusal === 'depends') return `can ${describeDecision(admission).join(' and ')}`;
  if (admission.refusal !== 'second-factor-first') return 'can’t';
  const then = admission.then.allowed ? '' : `${describeDecision(admission.then).join(' and ')}, `;
  return `can ${then}once they have set up a second factor`;
}

function nameOf({ route }: Asked): string {
  return `${route.method} ${route.path}`;
}

/** As their session puts them on a request: from memory, where they are held there. */
async function principalIn(site: Site, { email }: Drawn): Promise<Principal | null> {
  const { id, active, accessVersion } = await site.app.get(UsersService).byEmail(email);
  return active ? site.app.get(Principals).atVersion(id, accessVersion) : null;
}

/** The very guard that stands before every handler. */
async function guardOf(site: Site, asked: Asked, principal: Principal | null): Promise<string> {
  const { config } = site.app as unknown as { config: ApplicationConfig };
  const guards = config.getGlobalGuards();
  expect(guards).toHaveLength(1);
  try {
    return (await guards[0]!.canActivate(contextOf(site, asked, principal))) ? 'let in' : 'refused without a reason';
  } catch (error) {
    if (error instanceof SignInFirst) return 'sign-in-first';
    if (error instanceof AlreadySignedIn) return 'already-signed-in';
    if (error instanceof ProveAgain) return 'prove-again';
    if (error instanceof SecondFactorFirst) return 'second-factor-first';
    if (error instanceof AccessForbidden) return error.message;
    throw error;
  }
}

function contextOf(site: Site, { route, parameters }: Asked, principal: Principal | null): ExecutionContext {
  const [controller, method = ''] = route.handler.split('.');
  const found = site.app
    .get(DiscoveryService)
    .getControllers()
    .find(({ name }) => name === controller)?.metatype;
  const handlers = found?.prototype as Record<string, () => unknown>;
  return {
    getClass: () => found,
    getHandler: () => handlers[method],
    switchToHttp: () => ({ getRequest: () => ({ user: principal ?? undefined, params: parameters }) }),
  } as unknown as ExecutionContext;
}

/** The lines that `access explain` prints. */
async function explained(site: Site, { person, route, path }: Asked): Promise<string[]> {
  const printed: string[] = [];
  const output = jest.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
  try {
    const command = new ExplainAccess(site.app.get(AccessMap), site.app.get(AccessQuestions));
    await command.run([person.email, route.method, path]);
  } finally {
    output.mockRestore();
  }
  return printed.join('').trimEnd().split('\n');
}

async function expectSameByRequest(population: Population, asked: Asked): Promise<void> {
  const { person, route, path, admission, ofEntry } = asked;
  const browser = person.active ? await population.signIn(person, password) : population.site.visitor();
  const page = await browser.send(route.method, path);
  expect([asked, refusalOf(route, page)]).toEqual([asked, admission.allowed ? null : admission.refusal]);
  if (!admission.allowed && admission.refusal === 'forbidden') expect(page.body).toContain(describeRefusal(admission));
  await population.restoreApp(person);
  const question = new URLSearchParams({ email: person.email, route: nameOf(asked) });
  const { body } = await (await population.administrator()).get(`/admin/access/why?${question.toString()}`);
  const [can, only] = [canOf(ofEntry).split(' ')[0], canOf(ofEntry).split(' ').slice(1).join(' ')];
  expect(body).toMatch(new RegExp(`<bdi>[^<]*</bdi> ${can} [^\\n]*${only && ` ${only}`}\\.</h2>`));
  const reasons = describeDecision(ofEntry).map((reason) => `<dd>${reason}</dd>`);
  expect(body.replace(/<\/?code>/g, '')).toContain(`<dt>Why</dt>${reasons.join('')}`);
}
