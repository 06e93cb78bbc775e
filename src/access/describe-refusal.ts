import { withArticle } from '../text/article';
import { joined } from '../text/joined';
import type { Decision } from './decide';
import { recordRulesWithin, type AnyOfCondition, type Condition, type WhenCondition } from './rule';

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

function mustOf(condition: Exclude<Condition, WhenCondition | AnyOfCondition>): string {
  if (condition.kind === 'authenticated') return 'be signed in';
  if (condition.kind === 'fresh') return 'prove who you are again';
  if (condition.kind === 'roles') return `be ${joined(condition.anyOf.map(withArticle), 'or')}`;
  return `hold the ${condition.allOf.length === 1 ? 'permission' : 'permissions'} ${joined(condition.allOf, 'and')}`;
}
