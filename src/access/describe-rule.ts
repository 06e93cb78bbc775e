import { endInWords } from '../config/moments';
import { isolated } from '../text/isolated';
import { joined } from '../text/joined';
import { inThirdPerson } from '../text/third-person';
import type { Admission, Reason } from './decide';
import { describeRefusal } from './describe-refusal';
import { recordRulesOf, recordRulesWithin, type Condition, type Rule } from './rule';

/** A rule as people read it: "anyone", "Admin, or admin-read and admin-write". */
export function describeRule(rule: Rule): string {
  return conditionsInWords(rule).join('; and ');
}

/** What each of its conditions demands, all of which must hold. */
export function conditionsInWords(rule: Rule): string[] {
  if (rule.kind === 'public') return ['anyone'];
  if (rule.kind === 'signed-out') return ['not signed in'];
  return rule.conditions.map(describeCondition);
}

function describeCondition(condition: Condition): string {
  switch (condition.kind) {
    case 'authenticated':
      return 'signed in';
    case 'fresh':
      return 'a fresh proof of who they are';
    case 'roles':
      return joined(condition.anyOf, 'or');
    case 'permissions':
      return joined(condition.allOf, 'and');
    case 'when':
      return condition.record.name;
    case 'any-of':
      return condition.alternatives.map(describeCondition).join(', or ');
  }
}

/** One reason of an allowed decision, as pages and `access explain` say it. */
export function describeReason(reason: Reason): string {
  switch (reason.because) {
    case 'public':
      return 'the page is open to anyone';
    case 'signed-out':
      return 'nobody is signed in';
    case 'signed-in':
      return 'they are signed in';
    case 'fresh-proof':
      return 'they have proved who they are in the last 15 minutes, or are asked to';
    case 'role':
      return `holds the role ${isolated(reason.role)}${until(reason.grant.until)}`;
    case 'permission':
      return `holds ${reason.permission} through the role ${isolated(reason.grant.role)}${until(reason.grant.until)}`;
    case 'record':
      return `it is ${inThirdPerson(reason.name)}`;
  }
}

/** When somebody may who must set up a second factor first. */
export const onceSetUp = 'once they have set up a second factor';

/** A decision's reasons, or what stands in its way, a sentence each; the same words on pages and in the command line. */
export function describeDecision(decision: Admission): string[] {
  if (decision.allowed) return decision.reasons.map(describeReason);
  if (decision.refusal === 'sign-in-first') return ['they must sign in first'];
  if (decision.refusal === 'depends') return decision.missing.map(onlyFor);
  if (decision.refusal === 'second-factor-first')
    return [...describeDecision(decision.then), 'they must set up a second factor first'];
  if (decision.refusal === 'prove-again') return ['they must prove who they are again'];
  return [decision.refusal === 'forbidden' ? describeRefusal(decision) : 'they are signed in already'];
}

/** "may", "may not", or what lies between them */
export function verdictOf(decision: Admission): string {
  if (decision.allowed) return 'may';
  if (decision.refusal === 'second-factor-first')
    return decision.then.allowed ? `may, ${onceSetUp},` : `may, for some records and ${onceSetUp},`;
  return decision.refusal === 'depends' ? 'may, for some records,' : 'may not';
}

/** Whom a list of people does not name, since it depends on the record; null where there is nobody else. */
export function othersMay(rule: Rule): string | null {
  const names = recordRulesOf(rule).map(({ name }) => inThirdPerson(name));
  return names.length > 0 ? `Whoever meets the rest of the rule: only for ${joined(names, 'or')}.` : null;
}

/** "only for their own account" */
function onlyFor(condition: Condition): string {
  const names = recordRulesWithin(condition).map(({ name }) => inThirdPerson(name));
  return `only for ${joined(names, 'or')}`;
}

function until(end: Date | null): string {
  return end ? ` until ${endInWords(end)}` : '';
}
