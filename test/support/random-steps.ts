import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import * as fc from 'fast-check';
import { AccessMap } from '../../src/access/access-map';
import { builtInRoles, permissionNames, rolesThatBeginWith } from '../../src/access/catalogue';
import { decide } from '../../src/access/decide';
import { Principal } from '../../src/access/principal';
import type { Route } from '../../src/access/route';
import { recordRulesOf } from '../../src/access/rule';
import { UsersService } from '../../src/accounts/users.service';
import { operator } from '../../src/audit/actor';
import { Passwords } from '../../src/credentials/passwords';
import { versionOf } from '../../src/roles/role-version';
import { type Person } from './person';
import { OperatorProcess, SiteProcess } from './processes';
import { refusalOf, type RefusalWord } from './refusal-of';
import { filled } from './route-parameters';
import { testEnvironment, type Site } from './site';

const PEOPLE = 5;
const password = 'the password of a random person';

const who = fc.nat({ max: PEOPLE - 1 });
const madeRole = fc.constantFrom('Random 0', 'Random 1', 'Random 2');
const anyRole = fc.oneof(madeRole, fc.constantFrom('User', 'Admin'));
const some = fc
  .tuple(fc.subarray(permissionNames()), fc.boolean())
  .map(([names, opensArea]) => [...new Set([...names, ...(opensArea ? ['admin-read', 'admin-write'] : [])])]);
const aChange = fc.oneof(
  fc.record({ kind: fc.constant('grant' as const), who, role: anyRole, some }),
  fc.record({ kind: fc.constant('grant that soon ends' as const), who, role: anyRole, some }),
  fc.record({ kind: fc.constant('grant that soon begins' as const), who, role: anyRole, some }),
  fc.record({ kind: fc.constant('revoke' as const), who, role: anyRole, some }),
  fc.record({ kind: fc.constant('grant that is undone' as const), who, role: anyRole, some }),
  fc.record({ kind: fc.constantFrom('activate' as const, 'deactivate' as const), who }),
  fc.record({ kind: fc.constant('edit' as const), role: fc.oneof(madeRole, fc.constant('User')), some }),
  fc.record({ kind: fc.constant('delete' as const), role: madeRole, some }),
);
type Change = typeof aChange extends fc.Arbitrary<infer T> ? T : never;
const aStep = fc.record({ change: aChange, pages: fc.array(fc.nat(), { minLength: 2, maxLength: 3 }) });

interface Bounds {
  from: Date | null;
  until: Date | null;
}

/** Somebody as they should be, in the browser that they lead to one process and to another. */
interface Somebody {
  readonly id: number;
  readonly email: string;
  readonly held: Map<string, Bounds>;
  readonly browsers: readonly Person[];
  active: boolean;
  signedIn: boolean;
}

/** People who are signed in at two processes, while a third changes what they may. */
export class Obedience {
  private readonly roles = new Map<string, readonly string[]>(
    (['User', 'Admin'] as const).map((role) => [
      role,
      permissionNames().filter((name) => rolesThatBeginWith(name).includes(role)),
    ]),
  );
  private readonly people: Somebody[] = [];
  readonly seen = { letIn: 0, refused: 0 };

  private constructor(
    private readonly site: Site,
    private readonly there: SiteProcess,
    private readonly changer: OperatorProcess,
  ) {}

  static async start(site: Site): Promise<Obedience> {
    const environment = testEnvironment(site.database.url);
    const obedience = new Obedience(site, new SiteProcess(environment), await OperatorProcess.start(environment));
    try {
      for (let i = 0; i < PEOPLE; i++) await obedience.makePerson(`random${i}@example.org`);
      return obedience;
    } catch (error) {
      await obedience.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.changer.stop();
    await this.there.signal('SIGKILL');
  }

  /** Takes so many random steps; after each, everybody asks for a few pages and gets what they should. */
  async expectAfter(steps: number): Promise<void> {
    await fc.assert(
      fc.asyncProperty(aStep, async ({ change, pages: numbers }) => {
        const pages = numbers.map((n) => this.pages[n % this.pages.length]!);
        const follow = await this.make(change);
        await this.expectObeyed(change, pages);
        if (follow) {
          await follow();
          await this.expectObeyed(change, pages);
        }
        for (const somebody of this.people) if (somebody.active && !somebody.signedIn) await this.signIn(somebody);
      }),
      { numRuns: steps, endOnFailure: true },
    );
  }

  private async makePerson(email: string): Promise<void> {
    const passwordHash = await this.site.app.get(Passwords).hash(password);
    const user = { email, name: '', passwordHash, active: true, roles: ['User'] };
    const { id } = await this.site.app.get(UsersService).create(operator, user);
    const held = new Map([['User', { from: null, until: null }]]);
    const browsers = [this.site.visitor(), await this.there.visitor()];
    const somebody = { id, email, held, browsers, active: true, signedIn: false };
    await this.signIn(somebody);
    this.people.push(somebody);
  }

  private async signIn(somebody: Somebody): Promise<void> {
    const [first, second] = somebody.browsers as [Person, Person];
    expect((await first.signIn(somebody.email, password)).status).toBe(303);
    second.cookie = first.cookie;
    somebody.signedIn = true;
  }

  /** @returns what is done, or waited for, until something more changes */
  private async make(change: Change): Promise<(() => Promise<void>) | null> {
    if ('some' in change) await this.ensureRole(change.role, change.some);
    switch (change.kind) {
      case 'grant':
        await this.grant(change, { from: null, until: null });
        return null;
      case 'grant that soon ends':
        return passing(await this.grantSoon(change, (until) => ({ from: null, until })));
      case 'grant that soon begins':
        return passing(await this.grantSoon(change, (from) => ({ from, until: null })));
      case 'grant that is undone':
        return this.grantAndUndo(change);
      case 'revoke':
        await this.order('grants.revoke', this.people[change.who]!.email, change.role);
        this.people[change.who]!.held.delete(change.role);
        return null;
      case 'activate':
      case 'deactivate':
        await this.activate(this.people[change.who]!, change.kind);
        return null;
      case 'edit':
        await this.edit(change.role, change.some);
        return null;
      case 'delete':
        await this.order('roles.delete', change.role);
        this.roles.delete(change.role);
        this.people.forEach(({ held }) => held.delete(change.role));
        return null;
    }
  }

  private async ensureRole(name: string, permissions: readonly string[]): Promise<void> {
    if (this.roles.has(name)) return;
    await this.order('roles.create', { name, description: '', permissions });
    this.roles.set(name, permissions);
  }

  private async grant({ who, role }: { who: number; role: string }, bounds: Bounds): Promise<void> {
    await this.order('grants.give', this.people[who]!.email, role, bounds);
    this.people[who]!.held.set(role, bounds);
  }

  /** Nothing is to be undone where they hold it so already. */
  private async grantAndUndo({ who, role }: { who: number; role: string }): Promise<(() => Promise<void>) | null> {
    const { id, held } = this.people[who]!;
    const [was, of] = [held.get(role), randomUUID()];
    const grant = { change: 'grant', users: [id], role, from: null, until: null, reason: null };
    await this.order('changes.make', grant, of);
    held.set(role, { from: null, until: null });
    if (was && !was.from && !was.until) return null;
    return async () => {
      await this.order('changes.make', { change: 'undo', of, what: 'users', reason: null }, randomUUID());
      if (was) held.set(role, was);
      else held.delete(role);
    };
  }

  /** A slow machine may come too late with an end; it is given more time. */
  private async grantSoon(
    change: { who: number; role: string },
    boundsAt: (soon: Date) => Bounds,
    ms = 300,
  ): Promise<Date> {
    const soon = new Date(Date.now() + ms);
    const bounds = boundsAt(soon);
    const answer = await this.changer.order('grants.give', this.people[change.who]!.email, change.role, bounds);
    if (answer === 'InvalidGrantPeriod' && ms < 60_000) return this.grantSoon(change, boundsAt, ms * 2);
    expect(answer).toBe('done');
    this.people[change.who]!.held.set(change.role, bounds);
    return soon;
  }

  private async activate(somebody: Somebody, kind: 'activate' | 'deactivate'): Promise<void> {
    await this.order(kind, somebody.email);
    somebody.active = kind === 'activate';
    // Their sessions do not live again with a later activation.
    if (!somebody.active) somebody.signedIn = false;
  }

  private async edit(name: string, permissions: readonly string[]): Promise<void> {
    const was = {
      name,
      description: name === 'User' ? builtInRoles().get('User')!.description : '',
      permissions: this.roles.get(name)!,
    };
    await this.order('roles.edit', name, { ...was, permissions, base: versionOf(was) });
    this.roles.set(name, permissions);
  }

  private async order(method: string, ...parameters: unknown[]): Promise<void> {
    expect([method, parameters, await this.changer.order(method, ...parameters)]).toEqual([method, parameters, 'done']);
  }

  /** Those with a rule that a person may or may not meet; of records, only the person's own account. */
  private get pages(): Route[] {
    return this.site.app
      .get(AccessMap)
      .routes.filter(
        ({ method, path, rule }) =>
          method === 'GET' && rule.kind === 'all-of' && !/:/.test(path.replace('/users/:id/history', '')),
      );
  }

  private async expectObeyed(change: Change, pages: readonly Route[]): Promise<void> {
    await Promise.all(
      this.people.flatMap((somebody) =>
        somebody.browsers.map(async (browser) => {
          for (const page of pages) await this.expectAnswer(change, somebody, browser, page);
        }),
      ),
    );
  }

  private async expectAnswer(change: Change, somebody: Somebody, browser: Person, page: Route): Promise<void> {
    const path = filled(page.path, { '/users/:id': somebody.id });
    const before = new Date();
    const answer = refusalOf(page, await browser.get(path));
    // While a grant ends or begins, either is right.
    const right = [before, new Date()].map((moment) => this.refusalAt(moment, somebody, page));
    const said = { change, email: somebody.email, page: path, answer };
    expect(said).toEqual({ ...said, answer: right.includes(answer) ? answer : right[0] });
    this.seen[answer === null ? 'letIn' : 'refused']++;
  }

  private refusalAt(moment: Date, { id, email, held, signedIn }: Somebody, { rule }: Route): RefusalWord | null {
    const roles = [...held].map(([role, bounds]) => ({ role, permissions: this.roles.get(role)!, ...bounds }));
    const principal = signedIn ? new Principal({ id, email, name: '', hasConfiguredPassword: false }, roles) : null;
    const decision = decide(rule, principal, moment, new Map(recordRulesOf(rule).map((rule) => [rule, String(id)])));
    return decision.allowed ? null : decision.refusal;
  }
}

/** Waits until a moment is over. */
function passing(moment: Date): () => Promise<void> {
  return async () => {
    while (new Date() <= moment) await pause(20);
  };
}
