interface Place {
  ip: string;
  requestId: string;
  /** What their browser says about itself. */
  agent?: string;
}

/** Who makes a change, and from where: a person over HTTP, the operator's command line, or the start of the site. */
export type Actor =
  ({ kind: 'user'; id: number } & Place) | ({ kind: 'visitor' } & Place) | { kind: 'operator' } | { kind: 'seeder' };

export const operator: Actor = { kind: 'operator' };
export const seeder: Actor = { kind: 'seeder' };

/** As the audit log names it: "user 12", "operator". */
export function nameOfActor(actor: Actor): string {
  return actor.kind === 'user' ? `user ${actor.id}` : actor.kind;
}
