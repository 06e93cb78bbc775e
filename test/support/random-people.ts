import * as fc from 'fast-check';
import '../../src/registered-features';
import { AccessMap, type Parameters } from '../../src/access/access-map';
import type { Route } from '../../src/access/route';
import { permissionNames } from '../../src/access/catalogue';
import { decide, type Admission, type Decision } from '../../src/access/decide';
import { nameOf } from '../../src/access/entries';
import type { HeldRole } from '../../src/access/holdings';
import { Principal } from '../../src/access/principal';
import type { RecordRule } from '../../src/access/record-rule';
import { recordRulesOf } from '../../src/access/rule';
import { operator } from '../../src/audit/actor';
import { Clock } from '../../src/config/clock';
import { Passwords } from '../../src/credentials/passwords';
import { AuthenticatorApps } from '../../src/factors/authenticator-apps.service';
import { RolesService } from '../../src/roles/roles.service';
import { UserGrants } from '../../src/accounts/user-grants.service';
import { UsersService } from '../../src/accounts/users.service';
import { codeAt } from './authenticator';
import { valuesOf } from './fixtures';
import type { Person } from './person';
import { filled, type RouteValues } from './route-parameters';
import { superuser, type Site } from './site';

const PEOPLE = 40;
const DAYS = 20;
const DAY = 24 * 60 * 60_000;
export const password = 'the password of a random person';

const offset = fc.option(fc.integer({ min: 1, max: DAYS * DAY }));
const aRole = fc
  .record({ some: fc.subarray(permissionNames()), opensArea: fc.boolean() })
  .map(({ some, opensArea }) => [
    ...new Set([...some, ...(opensArea ? (['admin-read', 'admin-write'] as const) : [])]),
  ]);
const someBounds = fc
  .record({ from: offset, until: offset })
  .filter(({ from, until }) => from === null || until === null || from < until);
const someGrants = fc.uniqueArray(fc.tuple(fc.nat(), someBounds), { maxLength: 4, selector: ([role]) => role % 10 });
const aPerson = fc.record({
  grants: someGrants,
  active: fc.integer({ min: 0, max: 7 }).map((n) => n > 0),
  hasApp: fc.integer({ min: 0, max: 3 }).map((n) => n === 0),
});
type SomePerson = typeof aPerson extends fc.Arbitrary<infer T> ? T : never;
export const aQuestion = fc.record({
  who: fc.nat({ max: PEOPLE - 1 }),
  route: fc.nat(),
  isOwnRecord: fc.boolean(),
  provedAgo: fc.option(fc.integer({ min: 0, max: 30 * 60_000 })),
  when: fc.record({ at: fc.nat({ max: DAYS * DAY }), bound: fc.option(fc.nat()), by: fc.constantFrom(-1, 0, 1) }),
});
export type Question = typeof aQuestion extends fc.Arbitrary<infer T> ? T : never;

/** Somebody as they were drawn: what the database should make of them. */
export interface Drawn {
  readonly id: number;
  readonly email: string;
  readonly active: boolean;
  readonly held: readonly HeldRole[];
  /** Of their authenticator app; null where they have no second factor. */
  readonly secret: string | null;
  /** What stands in paths for records of theirs. */
  readonly values: RouteValues;
}

/** May this person use this route, with the record that the path names? */
export interface Asked {
  readonly person: Drawn;
  readonly route: Route;
  readonly path: string;
  readonly parameters: Parameters;
  /** As `decide` says about who they were drawn to be: with the record that the path names, where it depends on it, and without. */
  readonly decision: Decision;
  readonly withoutRecord: Decision;
  /** The decision, or that they must set up a second factor first. */
  readonly admission: Admission;
  /** The same of what people read as one thing with the route, without the record. */
  readonly ofEntry: Admission;
  /** When they last proved who they are, in the session that asks. */
  readonly provedAt: Date | null;
}

/** Random people of a site, whose grants begin and end around the day on which the test runs. */
export class Population {
  private readonly begin = Date.now() - (DAYS / 2) * DAY;
  private readonly people: Drawn[] = [];
  private secretOfSuperuser = '';
  /** By the rule and the number of who they are of: the record, as the rule finds it. */
  private readonly records = new Map<RecordRule, Map<number, unknown>>();

  private constructor(readonly site: Site) {}

  static async make(site: Site): Promise<Population> {
    const population = new Population(site);
    population.setClock(new Date(population.begin));
    const roles = await population.makeRoles();
    for (const drawn of fc.sample(aPerson, PEOPLE)) await population.makePerson(drawn, roles);
    await population.findRecords();
    await population.findAdministrator();
    return population;
  }

  setClock(moment: Date): void {
    jest
      .spyOn(this.site.app.get(Clock), 'now')
      .mockClear()
      .mockImplementation(() => moment);
  }

  momentOf({ who, when: { at, bound, by } }: Question): Date {
    const bounds = this.people[who]!.held.flatMap(({ from, until }) => [from, until]).filter(
      (moment) => moment !== null,
    );
    const near = bound === null ? undefined : bounds[bound % bounds.length];
    return new Date(near ? near.getTime() + by : this.begin + at);
  }

  asked({ who, route: n, isOwnRecord, provedAgo }: Question, moment: Date): Asked {
    const person = this.people[who]!;
    const owner = isOwnRecord ? person : this.people[(who + 1) % PEOPLE]!;
    const map = this.site.app.get(AccessMap);
    const { routes } = map;
    const route = routes[n % routes.length]!;
    const path = filled(route.path, owner.values);
    const factorsVersion = person.secret === null ? null : 'drawn';
    const identity = { ...person, name: '', hasConfiguredPassword: false, factorsVersion };
    const principal = person.active ? new Principal(identity, person.held) : null;
    const records = new Map<RecordRule, unknown>();
    for (const rule of recordRulesOf(route.rule)) records.set(rule, this.records.get(rule)?.get(owner.id));
    const withoutRecord = decide(route.rule, principal, moment);
    const depends = !withoutRecord.allowed && withoutRecord.refusal === 'depends';
    const decision = depends ? decide(route.rule, principal, moment, records) : withoutRecord;
    const entry = map.entryOf(nameOf(route))!;
    const mustSetUp = principal !== null && mustSetUpFactor(principal, map.route('GET /admin')!, moment);
    return {
      person,
      route,
      path,
      parameters: map.parametersOf(route, path),
      decision,
      withoutRecord,
      admission: mustSetUp ? onceSetUp(decision, route) : decision,
      ofEntry: mustSetUp
        ? onceSetUp(decide(entry.rule, principal, moment), entry)
        : decide(entry.rule, principal, moment),
      provedAt: provedAgo === null ? null : new Date(moment.getTime() - provedAgo),
    };
  }

  /** In the browser of this person, at the moment that the clock shows. */
  async signIn({ email, secret }: Pick<Drawn, 'email' | 'secret'>, typed: string): Promise<Person> {
    const person = this.site.visitor();
    let { status, location } = await person.signIn(email, typed);
    if (secret !== null) {
      expect(location).toBe('/login/two-factor');
      // Each code counts once, and here time runs both ways.
      await this.site.database.change('UPDATE authenticator_apps SET last_step = 0');
      ({ status, location } = await person.post('/login/two-factor', { code: codeAt(secret, 0, this.now()) }));
    }
    expect([email, status, location]).toEqual([email, 303, '/']);
    return person;
  }

  /** The superuser, signed in. */
  administrator(): Promise<Person> {
    return this.signIn({ email: superuser.email, secret: this.secretOfSuperuser }, superuser.password);
  }

  /** What somebody had, where a request has taken it from them. */
  async restoreApp(drawn: Drawn): Promise<void> {
    const { factorsVersion } = await this.site.app.get(UsersService).byEmail(drawn.email);
    if (drawn.secret === null || factorsVersion !== null) return;
    this.people[this.people.indexOf(drawn)] = { ...drawn, secret: await this.setUpApp(drawn) };
  }

  private async findAdministrator(): Promise<void> {
    const { id, email } = await this.site.app.get(UsersService).byEmail(superuser.email);
    this.secretOfSuperuser = await this.setUpApp({ id, email });
  }

  private async findRecords(): Promise<void> {
    for (const { rule, path } of this.site.app.get(AccessMap).routes)
      for (const record of recordRulesOf(rule)) {
        const found = new Map<number, unknown>();
        for (const { id, values } of this.people) found.set(id, await this.recordOf(record, path, values));
        this.records.set(record, found);
      }
  }

  private async recordOf({ parameter, source }: RecordRule, path: string, values: RouteValues): Promise<unknown> {
    const value = String(values[path.slice(0, path.indexOf(`:${parameter}`)) + `:${parameter}`]);
    return source ? source.find(value, this.site.app.get<never>(source.from, { strict: false })) : value;
  }

  private async makeRoles(): Promise<Map<string, readonly string[]>> {
    const service = this.site.app.get(RolesService);
    for (const [i, permissions] of fc.sample(aRole, 8).entries())
      await service.create(operator, { name: `Random ${i}`, description: '', permissions });
    return new Map((await service.all()).map(({ name, permissions }) => [name, permissions]));
  }

  private async makePerson(
    { grants, active, hasApp }: SomePerson,
    roles: ReadonlyMap<string, readonly string[]>,
  ): Promise<void> {
    const users = this.site.app.get(UsersService);
    const [email, passwordHash] = [
      `random${this.people.length}@example.org`,
      await this.site.app.get(Passwords).hash(password),
    ];
    const { id } = await users.create(operator, { email, name: '', passwordHash, active, roles: [] });
    // By role, as the site reads them: of two grants that end together, the first is named.
    const once = new Map(grants.map((grant) => [grant[0] % roles.size, grant]));
    const byRole = [...once.values()].sort(([one], [other]) => (one % roles.size) - (other % roles.size));
    const held = byRole.map(([n, { from, until }]) => {
      const [role, permissions] = [...roles][n % roles.size]!;
      return { role, permissions, from: this.after(from), until: this.after(until) };
    });
    for (const { role, from, until } of held)
      await this.site.app.get(UserGrants).give(operator, email, role, { from, until });
    const values = { ...(await valuesOf(this.site, id)), '/welcome/:token': 'unknown' };
    const secret = hasApp ? await this.setUpApp({ id, email }) : null;
    this.people.push({ id, email, active, held, secret, values });
  }

  /** Its first code, and the next, are of now. */
  private async setUpApp(person: { id: number; email: string }): Promise<string> {
    const apps = this.site.app.get(AuthenticatorApps);
    const { secret } = await apps.begin(person);
    await apps.confirm(operator, { userId: person.id, code: codeAt(secret, 0, this.now()) });
    return secret;
  }

  private now(): Date {
    return this.site.app.get(Clock).now();
  }

  private after(ms: number | null): Date | null {
    return ms === null ? null : new Date(this.begin + ms);
  }
}

/** REQUIRE_SECOND_FACTOR=admin, in words of its own. */
function mustSetUpFactor(principal: Principal, administration: Route, moment: Date): boolean {
  return !principal.hasSecondFactor && decide(administration.rule, principal, moment).allowed;
}

function onceSetUp(decision: Decision, { opensBeforeSecondFactor }: Pick<Route, 'opensBeforeSecondFactor'>): Admission {
  const isRefused = !decision.allowed && decision.refusal !== 'depends';
  if (isRefused || opensBeforeSecondFactor) return decision;
  return { allowed: false, refusal: 'second-factor-first', missing: [], then: decision };
}
