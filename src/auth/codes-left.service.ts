import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { RecoveryCodes } from '../factors/recovery-codes.service';
import { setFlashMessage } from '../sessions/session';

const newCodes = { route: 'GET /account/two-factor', href: '/account/two-factor#recovery', label: 'Make new ones' };

/** Who has used a recovery code learns on the next page how many are left, and where to make new ones. */
@Injectable()
export class CodesLeft {
  constructor(private readonly codes: RecoveryCodes) {}

  async tell(request: Request, userId: number): Promise<void> {
    await setFlashMessage(request, inWords(await this.codes.left(userId)), newCodes);
  }
}

function inWords(left: number): string {
  if (left === 0) return 'That was your last recovery code.';
  return `You used a recovery code. ${left === 1 ? 'One is' : `${left} are`} left.`;
}
