import type { HeldRole, Holdings } from './holdings';
import { Principal } from './principal';
import { noRecords, type Records } from './record-rule';
import { recordRulesWithin, type Alternative, type Condition, type Rule, type WhenCondition } from './rule';

/** Why somebody may: nothing was demanded, they are (not) signed in, a grant gave it, or the record is such a one. */
export type Reason =
  | { because: 'public' }
  | { because: 'signed-out' }
  | { because: 'signed-in' }
  | { because: 'fresh-proof' }
  | { because: 'role'; role: string; grant: HeldRole }
  | { because: 'permission'; permission: string; grant: HeldRole }
  | { because: 'record'; name: string };

/** For so long is a proof of who somebody is a fresh one. In milliseconds. */
const FRESH = 15 * 60_000;

/**
 * What `depends` is refused only because the records that its rule is about are not at hand; what asks to `prove-again`, only
 * because the last proof of who they are is too old.
 */
export type Decision =
  | { allowed: true; reasons: readonly Reason[] }
  | {
      allowed: false;
      refusal: 'sign-in-first' | 'already-signed-in' | 'forbidden' | 'depends' | 'prove-again';
      missing: readonly Condition[];
    };

/** As the guard acts on it: what they would be told `then`, once they have set up the second factor that they must have. */
export type Admission =
  Decision | { allowed: false; refusal: 'second-factor-first'; missing: readonly []; then: Decision };

/**
 * May this person pass this rule at this moment, and because of what? The only implementation there is:
 * guard, navigation, pages and command line all ask it. Pure; nothing is remembered between calls.
 */
export function decide(rule: Rule, principal: Holdings | null, now: Date, records: Records = noRecords): Decision {
  if (rule.kind === 'public') return { allowed: true, reasons: [{ because: 'public' }] };
  if (rule.kind === 'signed-out') {
    return principal
      ? { allowed: false, refusal: 'already-signed-in', missing: [] }
      : { allowed: true, reasons: [{ because: 'signed-out' }] };
  }
  if (!principal) return { allowed: false, refusal: 'sign-in-first', missing: rule.conditions };

  const reasons: Reason[] = [];
  const missing: Condition[] = [];
  for (const condition of rule.conditions) {
    const met = reasonsFor(condition, principal, now, records);
    if (met) reasons.push(...met);
    else missing.push(whatIsMissing(condition, principal, now));
  }
  const lacking = missing.filter(({ kind }) => kind !== 'fresh');
  if (lacking.length > 0)
    return { allowed: false, refusal: lacking.every(isOpen(records)) ? 'depends' : 'forbidden', missing: lacking };
  if (missing.length > 0) return { allowed: false, refusal: 'prove-again', missing };
  // A rule of no conditions can't be declared; if one came about all the same, it opens nothing.
  return reasons.length > 0 ? { allowed: true, reasons } : { allowed: false, refusal: 'forbidden', missing };
}

/** Whether a record that is not at hand could meet the condition. */
function isOpen(records: Records): (condition: Condition) => boolean {
  return (condition) => recordRulesWithin(condition).some((rule) => !records.has(rule));
}

/** What of the principal meets the condition, or null when it is not met. An empty list is never met. */
function reasonsFor(condition: Condition, principal: Holdings, now: Date, records: Records): Reason[] | null {
  switch (condition.kind) {
    case 'authenticated':
      return [{ because: 'signed-in' }];
    case 'fresh':
      return isProofFresh(principal, now) ? [{ because: 'fresh-proof' }] : null;
    case 'roles':
      for (const role of condition.anyOf) {
        const grant = principal.grantOfRole(role, now);
        if (grant) return [{ because: 'role', role, grant }];
      }
      return null;
    case 'permissions': {
      const reasons: Reason[] = [];
      for (const permission of condition.allOf) {
        const grant = principal.grantOfPermission(permission, now);
        if (!grant) return null;
        reasons.push({ because: 'permission', permission, grant });
      }
      return reasons.length > 0 ? reasons : null;
    }
    case 'any-of':
      for (const alternative of condition.alternatives) {
        const reasons = reasonsFor(alternative, principal, now, records);
        if (reasons) return reasons;
      }
      return null;
    case 'when':
      return isMet(condition, principal, records) ? [{ because: 'record', name: condition.record.name }] : null;
  }
}

/** A question that no session asks is about what they may once they have proved it. */
function isProofFresh(principal: Holdings, now: Date): boolean {
  if (!(principal instanceof Principal) || principal.provedAt === undefined) return true;
  const { provedAt } = principal;
  return provedAt !== null && now.getTime() - provedAt.getTime() < FRESH;
}

/** Anything but a plain "yes" about a record at hand is a "no". */
function isMet({ record: rule }: WhenCondition, principal: Holdings, records: Records): boolean {
  if (!records.has(rule) || !(principal instanceof Principal)) return false;
  return (rule.holds(principal, records.get(rule)) as unknown) === true;
}

/** The unmet condition without the permissions that are held already. */
function whatIsMissing(condition: Condition, principal: Holdings, now: Date): Condition {
  const reduced = (alternative: Alternative): Alternative =>
    alternative.kind === 'permissions'
      ? {
          kind: 'permissions',
          allOf: alternative.allOf.filter((permission) => !principal.grantOfPermission(permission, now)),
        }
      : alternative;
  if (condition.kind === 'any-of') return { kind: 'any-of', alternatives: condition.alternatives.map(reduced) };
  return condition.kind === 'authenticated' || condition.kind === 'fresh' ? condition : reduced(condition);
}
