import { Inject, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Clock } from '../config/clock';
import { derivedKeys } from '../config/derived-keys';
import { sealText, unsealText } from '../config/sealed-text';
import { settings, type Settings } from '../config/settings';
import { FlowCookie } from '../sessions/flow-cookie';

const LASTS = 5 * 60_000;

declare module '../sessions/flow-cookie' {
  interface FlowsOfFeatures {
    /** Encrypted, and bound to whose they are. */
    'recovery codes': { sealed: string };
  }
}

/** New recovery codes on their way to the next page, which shows them once: until then only the browser has them, and can't read them. */
@Injectable()
export class CodesShownOnce {
  private readonly keys: Buffer[];

  constructor(
    private readonly flows: FlowCookie,
    private readonly clock: Clock,
    @Inject(settings.KEY) { SESSION_SECRET }: Settings,
  ) {
    this.keys = derivedKeys(SESSION_SECRET, 'recovery codes on their way');
  }

  give(response: Response, userId: number, codes: readonly string[]): void {
    const [key] = this.keys;
    if (!key) throw new Error('There is no key to encrypt with.');
    const sealed = sealText(key, codes.join(' '), boundTo(userId));
    this.flows.seal(response, 'recovery codes', { sealed }, new Date(this.clock.now().getTime() + LASTS));
  }

  /** null where there are none to show. */
  take(request: Request, response: Response, userId: number): string[] | null {
    const flow = this.flows.open(request, 'recovery codes');
    if (!flow) return null;
    this.flows.clear(response);
    const read = this.keys.map((key) => unsealText(key, flow.sealed, boundTo(userId)));
    return read.find((codes) => codes !== null)?.split(' ') ?? null;
  }
}

function boundTo(userId: number): string {
  return `recovery codes of user ${userId}`;
}
