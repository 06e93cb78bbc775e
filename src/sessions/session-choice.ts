import { UnprocessableEntityException, type PipeTransform } from '@nestjs/common';
import { isTicked } from '../forms/fields';

/** Which sessions a form ends: `only` the one it names, or all of them. */
export interface ChosenSessions {
  only?: string;
}

/** `@Body(new SessionChoice())`: the form names one session, or says `all`. One that says neither, or both, ends none. */
export class SessionChoice implements PipeTransform<unknown, ChosenSessions> {
  transform(body: unknown): ChosenSessions {
    const { session, all } = Object(body) as { session?: string | string[]; all?: unknown };
    if ((session !== undefined) === isTicked(all))
      throw new UnprocessableEntityException('Choose one session to end, or all of them. None has ended.');
    return session === undefined ? {} : { only: [session].flat().join() };
  }
}
