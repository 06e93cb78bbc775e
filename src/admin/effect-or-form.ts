import { DomainError } from '../database/errors';
import type { RejectedForm } from '../forms/form';
import { PreviewIsStale } from '../preview/changes.service';
import type { Effect } from '../preview/effect';

/** Shows the form of a change again, with what the change would do now, where that is known. */
export type FormAgain = (error: DomainError, effect: Effect | null) => Promise<RejectedForm>;

/** What a change does. On a domain error its form is thrown instead, with what the change would do now where the preview was stale. */
export async function effectOrForm(work: () => Promise<Effect>, formAgain: FormAgain): Promise<Effect> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    throw await formAgain(error, error instanceof PreviewIsStale ? error.effect : null);
  }
}
