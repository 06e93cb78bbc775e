import { Inject, Injectable } from '@nestjs/common';
import { weaknessOf } from '../config/password-estimate';
import { settings, type Settings } from '../config/settings';

const LEAST = 8;
const MOST = 4096;

/** Why this length is no password's, or null. Characters are counted as people see code points, any of them is welcome. */
export function faultOfLength(password: string): string | null {
  if ([...password].length < LEAST) return `A password has at least ${LEAST} characters.`;
  return faultOfGreatLength(password);
}

/** Why nobody can have chosen a password of this length, or null: to read a very long one takes time. */
export function faultOfGreatLength(password: string): string | null {
  const length = [...password].length;
  return length > MOST ? `A password has at most ${MOST} characters; this one has ${length}.` : null;
}

@Injectable()
export class PasswordPolicy {
  constructor(@Inject(settings.KEY) private readonly settings: Settings) {}

  /** Why this password is too easy to guess for this person, or null. It takes time: attempts are limited before. */
  async faultOfStrength(password: string, { email, name }: { email: string; name: string }): Promise<string | null> {
    const weakness = await weaknessOf(password, [email, name, this.settings.APP_NAME]);
    return weakness && `This password ${weakness}. Choose another, for instance three unrelated words.`;
  }
}
