import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AccessMap } from '../access/access-map';
import { Clock } from '../config/clock';
import { roleStagesOf, roleTimelinesOfHolders } from '../roles/role-timeline';
import type { Role } from '../roles/role.entity';
import { EffectCalculator, type Effect, type Made, type Outcome } from './effect';
import { loadRolesById } from './effective-access';
import { changeOfAllHolders, holderChangesBetween, rolesHeldBy } from './holder-changes';

/** What is done, and what it overwrites besides the states that are measured. */
type Doing = Pick<Made, 'change' | 'baseline' | 'earlierEnd'>;

/** Measures what a change does, inside the transaction that makes it. */
@Injectable()
export class Measurement {
  constructor(
    private readonly accessMap: AccessMap,
    private readonly clock: Clock,
  ) {}

  /** @param make says what it did for each user, one after the other */
  async ofUsers(
    manager: EntityManager,
    users: readonly number[],
    { change, baseline, earlierEnd }: Doing,
    make: () => Promise<Outcome[]>,
  ): Promise<Effect> {
    const now = this.clock.now();
    const roles = await loadRolesById(manager);
    const before = await roleStagesOf(manager, users, now);
    const heldBefore = await rolesHeldBy(manager, users, now);
    const active = [...before.keys()].sort((a, b) => a - b);
    const outcomes = await make();
    const after = await roleStagesOf(manager, users, now);
    const isChange = outcomes.some(({ result }) => result === 'changed');
    const holderChanges = holderChangesBetween(heldBefore, await rolesHeldBy(manager, users, now));
    const made = {
      change,
      baseline: { ...baseline, active },
      outcomes,
      isChange,
      roles: holderChanges,
      earlierEnd,
    };
    const calculator = new EffectCalculator(made, { before: roles, after: roles }, this.accessMap.entries);
    const inOrder = [...new Set(users)].sort((a, b) => a - b);
    for (const user of inOrder) calculator.add(user, before.get(user) ?? [], after.get(user) ?? []);
    return calculator.effect;
  }

  /** @param make says whether it changed anything */
  async ofRole(
    manager: EntityManager,
    role: Pick<Role, 'id' | 'name' | 'holders'>,
    { change, baseline, holders: kind }: Doing & { holders: 'keep' | 'lose' },
    make: () => Promise<boolean>,
  ): Promise<Effect> {
    const now = this.clock.now();
    const before = await loadRolesById(manager);
    const holders = await changeOfAllHolders(manager, role, kind, now);
    const isChange = await make();
    const made = { change, baseline, outcomes: [], isChange, roles: isChange ? holders : [] };
    const after = await loadRolesById(manager);
    const calculator = new EffectCalculator(made, { before, after }, this.accessMap.entries);
    for await (const people of roleTimelinesOfHolders(manager, role.id, now))
      for (const { user, stages } of people) calculator.add(user, stages, stages);
    return calculator.effect;
  }
}
