import indefinite from 'indefinite';
import type { Decision, Reason } from './decide';
import type { Alternative, Condition, Rule } from './rule';

/** A rule as people read it: "anyone", "Admin, or admin-read and admin-write". */
export function describeRule(rule: Rule): string {
  if (rule.kind === 'public') return 'anyone';
  if (rule.kind === 'signed-out') return 'not signed in';
  return rule.conditions.map(describeCondition).join('; and ');
}

function describeCondition(condition: Condition): string {
  switch (condition.kind) {
    case 'authenticated':
      return 'signed in';
    case 'roles':
      return joined(condition.anyOf, 'or');
    case 'permissions':
      return joined(condition.allOf, 'and');
    case 'any-of':
      return condition.alternatives.map(describeCondition).join(', or ');
  }
}

/** The forbidden page's sentence: what is missing, and nothing about anybody else. */
export function sorry(decision: Decision): string {
  const missing = decision.allowed ? [] : decision.missing;
  const [first, ...others] = missing
    .flatMap((condition) => (condition.kind === 'any-of' ? [[...condition.alternatives]] : [[condition]]))
    .map(demands);
  if (!first) return 'Sorry, you may not access this page.';
  const more = others.map((demand) => ` You must also ${demand.join(', or ')}.`).join('');
  const [start, ...alternatives] = first;
  const or = alternatives.map((alternative) => `, or ${alternative}`).join('');
  return `Sorry, you must ${start} to access this page${or}.${more}`;
}

function demands(alternatives: readonly (Alternative | { kind: 'authenticated' })[]): string[] {
  return alternatives.map((condition) => {
    if (condition.kind === 'authenticated') return 'be signed in';
    if (condition.kind === 'roles')
      return `be ${joined(
        condition.anyOf.map((role) => indefinite(role)),
        'or',
      )}`;
    return `hold the ${condition.allOf.length === 1 ? 'permission' : 'permissions'} ${joined(condition.allOf, 'and')}`;
  });
}

/** One reason of an allowed decision, as pages and `access explain` say it. */
export function describeReason(reason: Reason): string {
  switch (reason.because) {
    case 'public':
      return 'the page is open to anyone';
    case 'signed-out':
      return 'nobody is signed in';
    case 'signed-in':
      return 'he is signed in';
    case 'role':
      return `holds the role ${reason.role}${until(reason.grant.until)}`;
    case 'permission':
      return `holds ${reason.permission} through the role ${reason.grant.role}${until(reason.grant.until)}`;
  }
}

/** A decision's reasons, or what stands in its way, a sentence each; the same words on pages and in the command line. */
export function describeDecision(decision: Decision): string[] {
  if (decision.allowed) return decision.reasons.map(describeReason);
  if (decision.refusal === 'sign-in-first') return ['he must sign in first'];
  return [decision.refusal === 'forbidden' ? sorry(decision) : 'he is signed in already'];
}

function until(end: Date | null): string {
  return end ? ` until ${end.toISOString()}` : '';
}

/** "a", "a and b", "a, b and c" */
export function joined(names: readonly string[], word: 'and' | 'or'): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} ${word} ${names.at(-1)}`;
}
