import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Clock } from '../config/clock';
import { FlowCookie } from '../sessions/flow-cookie';

const MINUTES = 60_000;

const sentences = {
  'mail sent':
    'We’ve sent you an email. Open the link in it to go on. If none comes in a few minutes, look into your spam folder, and check the address.',
  'address confirmed': 'Your address is confirmed. Sign in.',
  'change undone':
    'Your address is what it was before, and everybody is signed out of your account. Sign in, and change your password.',
  'account secured':
    'Everybody is signed out of your account, and the administrators know. Open the link that we’ve just sent you, and set a new password.',
} as const;

declare module '../sessions/flow-cookie' {
  interface FlowsOfFeatures {
    'sign-in message': { of: keyof typeof sentences };
  }
}

/** A sentence on the sign-in page, for somebody who has no session that could keep it. */
@Injectable()
export class SignInMessage {
  constructor(
    private readonly flows: FlowCookie,
    private readonly clock: Clock,
  ) {}

  leave(response: Response, of: keyof typeof sentences): void {
    this.flows.seal(response, 'sign-in message', { of }, new Date(this.clock.now().getTime() + 10 * MINUTES));
  }

  /** Shown once. */
  take(request: Request, response: Response): string | null {
    const left = this.flows.open(request, 'sign-in message');
    if (!left) return null;
    this.flows.clear(response);
    return sentences[left.of];
  }
}
