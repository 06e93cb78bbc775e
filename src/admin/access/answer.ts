import type { Admission } from '../../access/decide';
import { describeDecision, onceSetUp } from '../../access/describe-rule';
import { inThirdPerson, withinSentence } from '../../text/third-person';

/** The answer to "Can … do …?": "can", "read the audit log", "once they have set up a second factor". */
export interface Answer {
  can: 'can' | 'can’t';
  /** null: it has no title. */
  doing: string | null;
  only: string;
}

export function answerOf({ title }: { title: string | null }, decision: Admission): Answer {
  const only = onlyWhen(decision);
  return {
    can: only === null ? 'can’t' : 'can',
    doing: title === null ? null : withinSentence(inThirdPerson(title)),
    only: only ?? '',
  };
}

/** Nothing where it holds always; null: never. */
function onlyWhen(decision: Admission): string | null {
  if (decision.allowed) return '';
  if (decision.refusal === 'depends') return describeDecision(decision).join(' and ');
  if (decision.refusal !== 'second-factor-first') return null;
  return [onlyWhen(decision.then), onceSetUp].filter(Boolean).join(', ');
}
