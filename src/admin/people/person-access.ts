import type { Admission } from '../../access/decide';
import { onceSetUp } from '../../access/describe-rule';
import type { HeldRole } from '../../access/holdings';
import { endInWords } from '../../config/moments';
import type { EntryDecision } from '../../explain/access-questions.service';
import { isolated } from '../../text/isolated';
import { whyHref } from '../access/why-address';

/** What somebody can do in each area, and by which roles; and what they can't, with the page that says why. */
export function accessByArea(decisions: readonly EntryDecision[], email: string) {
  const areas = [...new Set(decisions.map(({ entry }) => entry.area))];
  return areas.map((area) => {
    const within = decisions.filter(({ entry }) => entry.area === area);
    const linked = ({ entry }: EntryDecision) => ({ name: entry.name, why: whyHref({ email, route: entry.name }) });
    return {
      area: area ?? 'In no area',
      all: within.length,
      can: within.flatMap((one) => {
        const by = howTheyCan(one.decision);
        return by ? [{ ...linked(one), by: by.join(', ') }] : [];
      }),
      cannot: within.filter(({ decision }) => !howTheyCan(decision)).map(linked),
    };
  });
}

/** By which roles, or for what; nothing where it takes no role. null: they can't. */
function howTheyCan(decision: Admission): string[] | null {
  if (decision.allowed) return rolesIn(decision.reasons);
  if (decision.refusal === 'depends') return ['for what is their own'];
  if (decision.refusal === 'second-factor-first') return [...(howTheyCan(decision.then) ?? []), onceSetUp];
  return null;
}

function rolesIn(reasons: Extract<Admission, { allowed: true }>['reasons']): string[] {
  return [...new Set(reasons.flatMap((reason) => ('grant' in reason ? roleInWords(reason.grant) : [])))];
}

function roleInWords({ role, until }: HeldRole): string {
  return until ? `${isolated(role)} until ${endInWords(until)}` : isolated(role);
}
