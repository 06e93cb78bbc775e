import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import { AccessMap } from '../access/access-map';
import { describeDecision, describeRule, onceSetUp, othersMay, verdictOf } from '../access/describe-rule';
import { nameOf } from '../access/entries';
import { lockFile } from '../access/lock-file';
import { Mounts } from '../access/mounts';
import { RequiredFactor } from '../access/required-factor';
import type { Route } from '../access/route';
import { CommandGroup } from '../command-line/group';
import { printJson, printTable, say } from '../command-line/output';
import { DomainError } from '../database/errors';
import { AccessQuestions } from './access-questions.service';

@SubCommand({ name: 'map', description: 'list every route with its rule' })
export class ShowAccessMap extends CommandRunner {
  constructor(
    private readonly accessMap: AccessMap,
    private readonly mounts: Mounts,
  ) {
    super();
  }

  run(_arguments: string[], { json, lock }: { json?: boolean; lock?: boolean }): Promise<void> {
    const { routes } = this.accessMap;
    const shown = routes.map(({ method, path, rule, handler, title, area }) => ({
      method,
      path,
      rule: describeRule(rule),
      handler,
      title,
      area,
    }));
    if (lock) process.stdout.write(lockFile(routes, this.mounts.all));
    else if (json) printJson(shown);
    else
      printTable(
        ['title', 'area', 'route', 'rule', 'handler'],
        routes.map((route) => [
          route.title ?? '',
          route.area ?? '',
          nameOf(route),
          describeRule(route.rule),
          route.handler,
        ]),
      );
    return Promise.resolve();
  }

  @Option({ flags: '--json', description: 'print JSON only' })
  parseJson(): boolean {
    return true;
  }

  @Option({ flags: '--lock', description: 'print the file access.lock' })
  parseLock(): boolean {
    return true;
  }
}

@SubCommand({
  name: 'explain',
  arguments: '<email> <method> <path>',
  description: 'say whether a user may use a route, and why',
})
export class ExplainAccess extends CommandRunner {
  constructor(
    private readonly accessMap: AccessMap,
    private readonly questions: AccessQuestions,
  ) {
    super();
  }

  async run([email, method, path]: [string, string, string]): Promise<void> {
    const route = findRoute(this.accessMap, method, path);
    const { user, decision } = await this.questions.explain(email, route, this.accessMap.parametersOf(route, path));
    const who = user.active ? user.email : `${user.email}, who is not active and so counts as a visitor,`;
    say(`${who} ${verdictOf(decision)} use ${called(route)}, which takes: ${describeRule(route.rule)}.`);
    for (const reason of describeDecision(decision)) say(`- ${reason}`);
  }
}

@SubCommand({ name: 'who', arguments: '<method> <path>', description: 'list the users who may use a route' })
export class WhoHasAccess extends CommandRunner {
  constructor(
    private readonly accessMap: AccessMap,
    private readonly questions: AccessQuestions,
    private readonly requiredFactor: RequiredFactor,
  ) {
    super();
  }

  async run([method, path]: [string, string]): Promise<void> {
    const route = findRoute(this.accessMap, method, path);
    const { rule } = route;
    say(`Who may use ${called(route)}:`);
    if (rule.kind === 'public') return say('Anyone.');
    if (rule.kind === 'signed-out') return say('Anyone who is not signed in.');
    let isAnybody = false;
    for await (const person of this.questions.everybodyWhoMay(rule)) {
      isAnybody = true;
      say(this.requiredFactor.standsBefore(route, person) ? `${person.email}, ${onceSetUp}` : person.email);
    }
    const others = othersMay(rule);
    if (others) say(others);
    else if (!isAnybody) say('Nobody.');
  }
}

/** "Read the audit log" (GET /admin/audit) */
function called(route: Route): string {
  return route.title ? `"${route.title}" (${nameOf(route)})` : nameOf(route);
}

function findRoute(accessMap: AccessMap, method: string, path: string): Route {
  const route = accessMap.match(method, path);
  if (!route) throw new DomainError(`There is no route ${method.toUpperCase()} ${path}. "access map" lists all.`);
  return route;
}

const subCommands = [ShowAccessMap, ExplainAccess, WhoHasAccess];

@Command({ name: 'access', description: 'who may use which route, and why', subCommands })
export class AccessCommand extends CommandGroup {}

export const accessCommands = [AccessCommand, ...subCommands];
