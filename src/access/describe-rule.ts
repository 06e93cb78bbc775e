import indefinite from 'indefinite';
import { endInWords } from '../config/moments';
import type { Decision, Reason } from './decide';
import {
  recordRulesOf,
  recordRulesWithin,
  type Alternative,
  type Condition,
  type Rule,
  type WhenCondition,
} from './rule';

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
    case 'when':
      return condition.record.name;
    case 'any-of':
      return condition.alternatives.map(describeCondition).join(', or ');
  }
}

/** The forbidden page's sentence: what is missing, and nothing about anybody else. */
export function describeRefusal(decision: Decision): string {
  const [first, ...others] = decision.allowed ? [] : decision.missing.map(requirementOf);
  if (!first) return 'Sorry, you may not access this page.';
  return [`Sorry, ${firstWords(first)}`, ...others.map(furtherWords)].join(' ');
}

/** What somebody must do to meet a condition, or which records it is only for. */
interface Requirement {
  must: string[];
  onlyFor: string[];
}

function requirementOf(condition: Condition): Requirement {
  const alternatives = condition.kind === 'any-of' ? condition.alternatives : [condition];
  const must = alternatives.flatMap((alternative) => (alternative.kind === 'when' ? [] : [mustOf(alternative)]));
  return { must, onlyFor: recordRulesWithin(condition).map(({ name }) => name) };
}

function firstWords({ must: [start, ...alternatives], onlyFor }: Requirement): string {
  if (start === undefined) return `this page is only for ${joined(onlyFor, 'or')}.`;
  return `you must ${[`${start} to access this page`, ...alternatives, ...itMustBe(onlyFor)].join(', or ')}.`;
}

function furtherWords({ must, onlyFor }: Requirement): string {
  if (must.length === 0) return `It must also be ${joined(onlyFor, 'or')}.`;
  return `You must also ${[...must, ...itMustBe(onlyFor)].join(', or ')}.`;
}

function itMustBe(records: readonly string[]): string[] {
  return records.length > 0 ? [`it must be ${joined(records, 'or')}`] : [];
}

function mustOf(condition: Exclude<Alternative, WhenCondition> | { kind: 'authenticated' }): string {
  if (condition.kind === 'authenticated') return 'be signed in';
  if (condition.kind === 'roles')
    return `be ${joined(
      condition.anyOf.map((role) => indefinite(role)),
      'or',
    )}`;
  return `hold the ${condition.allOf.length === 1 ? 'permission' : 'permissions'} ${joined(condition.allOf, 'and')}`;
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
    case 'role':
      return `holds the role ${reason.role}${until(reason.grant.until)}`;
    case 'permission':
      return `holds ${reason.permission} through the role ${reason.grant.role}${until(reason.grant.until)}`;
    case 'record':
      return `it is ${inThirdPerson(reason.name)}`;
  }
}

/** A decision's reasons, or what stands in its way, a sentence each; the same words on pages and in the command line. */
export function describeDecision(decision: Decision): string[] {
  if (decision.allowed) return decision.reasons.map(describeReason);
  if (decision.refusal === 'sign-in-first') return ['they must sign in first'];
  if (decision.refusal === 'depends') return decision.missing.map(onlyFor);
  return [decision.refusal === 'forbidden' ? describeRefusal(decision) : 'they are signed in already'];
}

/** "may", "may not", or what lies between them */
export function verdictOf(decision: Decision): string {
  if (decision.allowed) return 'may';
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

/** "your own account" becomes "their own account" in a sentence about somebody else. */
function inThirdPerson(name: string): string {
  return name.replace(/\byour\b/g, 'their');
}

function until(end: Date | null): string {
  return end ? ` until ${endInWords(end)}` : '';
}

/** "a", "a and b", "a, b and c" */
export function joined(names: readonly string[], word: 'and' | 'or'): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} ${word} ${names.at(-1)}`;
}
