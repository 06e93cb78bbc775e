import { Injectable } from '@nestjs/common';
import { SignInLog } from './sign-in-log.service';

export interface Refusal {
  /** Like `GET /admin`. */
  route: string;
  last: Date;
  times: number;
}

/** Looked through for what somebody was refused: more than anybody is within the months they are kept. */
const LOOKED_AT = 200;

/** The pages and actions that people were refused. */
@Injectable()
export class Refusals {
  constructor(private readonly log: SignInLog) {}

  /** Each once, the latest first. */
  async of(userId: number, count: number): Promise<Refusal[]> {
    const events = await this.log.page({ person: userId, kinds: ['forbidden'] }, LOOKED_AT);
    const byRoute = new Map<string, Refusal>();
    for (const { route, lastAt, count } of events) {
      if (route === null) continue;
      const known = byRoute.get(route);
      if (known) known.times += count;
      else byRoute.set(route, { route, last: new Date(lastAt), times: count });
    }
    return [...byRoute.values()].slice(0, count);
  }
}
