import * as fc from 'fast-check';
import '../../src/registered-features';
import { AccessMap } from '../../src/access/access-map';
import { permissionNames } from '../../src/access/catalogue';
import { decide } from '../../src/access/decide';
import { operator } from '../../src/audit/actor';
import { versionOf } from '../../src/roles/role-version';
import { RolesService } from '../../src/roles/roles.service';
import type { RoleChange, UserChange } from '../../src/preview/change';
import { Changes } from '../../src/preview/changes.service';
import type { Effect } from '../../src/preview/effect';
import { Principals } from '../../src/accounts/principals.service';
import { UsersService } from '../../src/accounts/users.service';
import { roleOf } from './role-of';
import type { Site } from './site';
import { somebody, type Somebody } from './somebody';

const DAY = 24 * 60 * 60_000;
export const inDays = (days: number | null) => (days === null ? null : new Date(Date.now() + days * DAY));

const days = fc.constantFrom(null, null, 2, 5, 9);
const someone = fc.subarray([0, 1, 2, 3, 4, 5], { minLength: 1 });
const aRole = fc.constantFrom(0, 1, 2, 3, 4);
const some = fc.subarray(permissionNames(), { maxLength: 4 });
export const anyStep = fc.oneof(
  fc.record({ kind: fc.constant('grant' as const), someone, aRole, from: days, until: days }),
  fc.record({ kind: fc.constant('revoke' as const), someone, aRole }),
  fc.record({ kind: fc.constantFrom('activate' as const, 'deactivate' as const), someone }),
  fc.record({ kind: fc.constant('edit' as const), aRole, some, description: fc.constantFrom('', 'One', 'Other') }),
);
type Step = typeof anyStep extends fc.Arbitrary<infer T> ? T : never;

/** Some people and roles of a site, to whom random changes happen. */
export class Population {
  private constructor(
    readonly site: Site,
    readonly people: readonly Somebody[],
    private readonly roles: readonly string[],
  ) {}

  static async make(site: Site): Promise<Population> {
    const [people, roles] = [[] as Somebody[], [] as string[]];
    for (let i = 0; i < 6; i++) {
      people.push(await somebody(site));
    }
    for (let i = 0; i < 5; i++) {
      roles.push(await roleOf(site));
    }
    return new Population(site, people, roles);
  }

  /** The change that a step stands for, as things are now. */
  async changeOf(step: Step): Promise<UserChange | RoleChange> {
    if (step.kind === 'edit') {
      const role = await this.site.app.get(RolesService).byName(this.roles[step.aRole]!);
      const { some: permissions, description } = step;
      return { change: 'edit', role: role.name, to: { ...role, description, permissions, base: versionOf(role) } };
    }
    const concerned = { users: step.someone.map((i) => this.people[i]!.id), reason: null };
    if (!('aRole' in step)) return { change: step.kind, ...concerned };
    const role = this.roles[step.aRole]!;
    if (step.kind === 'revoke') return { change: 'revoke', ...concerned, role };
    return { change: 'grant', ...concerned, role, from: inDays(step.from), until: inDays(step.until) };
  }

  /** What everybody may at these moments, as `decide` says: "4 audit-read", "4 GET /admin". */
  async mayAt(moments: readonly Date[]): Promise<Set<string>[]> {
    const may = moments.map(() => new Set<string>());
    const { entries } = this.site.app.get(AccessMap);
    for (const { id, email } of this.people) {
      if (!(await this.site.app.get(UsersService).byEmail(email)).active) continue;
      const principal = await this.site.app.get(Principals).load(id);
      moments.forEach((moment, i) => {
        for (const name of permissionNames())
          if (principal?.grantOfPermission(name, moment)) may[i]?.add(`${id} ${name}`);
        for (const { name, rule } of entries)
          if (rule.kind === 'all-of' && decide(rule, principal, moment).allowed) may[i]?.add(`${id} ${name}`);
      });
    }
    return may;
  }

  /** What was shown before something is done is what is measured after it. */
  async expectEffect(shown: Effect, make: () => Promise<unknown>): Promise<void> {
    const later = [0.5, 1.5, 3.5, 7.5, 20.5].map((days) => inDays(days)!);
    const moments = [new Date(), ...later];
    const before = await this.mayAt(moments);
    await make();
    const after = await this.mayAt([new Date(), ...later]);
    expect(moments.map((moment) => toldAt(moment, shown))).toEqual(
      before.map((was, i) => ({ more: onlyIn(after[i]!, was), less: onlyIn(was, after[i]!) })),
    );
  }
}

/** Makes so many random changes; what was shown of each is what is measured after it. */
export async function expectTruePreviews(site: Site, changesToMake: number): Promise<void> {
  const [population, changes] = [await Population.make(site), site.app.get(Changes)];
  await fc.assert(
    fc.asyncProperty(anyStep, async (step) => {
      const change = await population.changeOf(step);
      const shown = await changes.preview(operator, change);
      await population.expectEffect(shown, () => changes.confirm(operator, change, shown.digest));
    }),
    { numRuns: changesToMake },
  );
}

function onlyIn(one: Set<string>, other: Set<string>): string[] {
  return [...one].filter((name) => !other.has(name)).sort();
}

function toldAt(moment: Date, { first }: Effect) {
  const at = (kinds: ('gains' | 'loses' | 'opens' | 'closes')[]) =>
    first
      .flatMap(({ user, diff }) =>
        kinds.flatMap((kind) =>
          diff[kind]
            .filter(({ spans }) =>
              spans.some(({ from, until }) => (from === null || from <= moment) && (until === null || moment < until)),
            )
            .map(({ name }) => `${user} ${name}`),
        ),
      )
      .sort();
  return { more: at(['gains', 'opens']), less: at(['loses', 'closes']) };
}
