import type { ObjectLiteral } from 'typeorm';
import type { Condition, Rule } from '../access/rule';

/** An SQL condition about the user `u`, with the values of its parameters. */
export interface Candidates {
  sql: string;
  parameters: ObjectLiteral;
}

type ConditionalRule = Extract<Rule, { kind: 'all-of' }>;

/**
 * Whom the database need ask about a rule: everybody who may pass it at that moment meets the condition. It only
 * saves reading the others; `decide` has the last word about each.
 */
export function candidatesOf({ conditions }: ConditionalRule, now: Date): Candidates {
  const parameters: ObjectLiteral = { now };
  const bind = (names: readonly string[]) => {
    const name = `names${Object.keys(parameters).length}`;
    parameters[name] = names;
    return `IN (:...${name})`;
  };
  const sql = conditions.map((condition) => sqlOf(condition, bind)).join(' AND ');
  return { sql: `(${sql || '1 = 0'})`, parameters };
}

function sqlOf(condition: Condition, bind: (names: readonly string[]) => string): string {
  switch (condition.kind) {
    case 'authenticated':
      return '1 = 1';
    case 'roles':
      return holds(`JOIN roles r ON r.id = g.role_id AND r.name ${bind(condition.anyOf)}`);
    case 'permissions':
      return condition.allOf
        .map((permission) =>
          holds(`JOIN role_permissions rp ON rp.role_id = g.role_id AND rp.permission ${bind([permission])}`),
        )
        .join(' AND ');
    case 'when':
      // Without its record nobody passes.
      return '1 = 0';
    case 'any-of':
      return `(${condition.alternatives.map((alternative) => `(${sqlOf(alternative, bind)})`).join(' OR ')})`;
  }
}

function holds(what: string): string {
  return `EXISTS (SELECT 1 FROM grants g ${what} WHERE g.user_id = u.id 
    AND (g.starts_at IS NULL OR g.starts_at <= :now) AND (g.ends_at IS NULL OR g.ends_at > :now))`;
}
