import { Inject, Injectable } from '@nestjs/common';
import { weaknessOf } from '../config/password-estimate';
import { settings, type Settings } from '../config/settings';

@Injectable()
export class PasswordPolicy {
  constructor(@Inject(settings.KEY) private readonly settings: Settings) {}

  /** Why this password is too easy to guess for this person, or null. It takes time: attempts are limited before. */
  async faultOfStrength(password: string, { email, name }: { email: string; name: string }): Promise<string | null> {
    const weakness = await weaknessOf(password, [email, name, this.settings.APP_NAME]);
    return weakness && `This password ${weakness}. Choose another, for instance three unrelated words.`;
  }
}
