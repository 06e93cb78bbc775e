import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { PasswordPolicy } from '../credentials/password-policy';
import type { Form, Reading } from '../forms/form';
import { AttemptLimits } from './attempt-limits';

/** What an account is called, and so a guesser tries first. */
interface Owner {
  email: string;
  name: string;
}

/** A form in which somebody chooses a password, in the field of that name. */
type ChoosesPassword<Output extends { password: string }> = Pick<Form<never>, 'rejected'> & {
  read(sent: unknown): Reading<Output>;
};

/** Reads a form in which a password is chosen, so that all that is wrong with it is said at once. */
@Injectable()
export class PasswordChoice {
  constructor(
    private readonly limits: AttemptLimits,
    private readonly policy: PasswordPolicy,
  ) {}

  /**
   * With the fault of a password that is easy to guess beside those of the fields.
   *
   * @throws TooManyAttempts
   */
  async read<Output extends { password: string }>(
    form: ChoosesPassword<Output>,
    sent: unknown,
    owner: Owner,
    { ip = '' }: Request,
  ): Promise<Reading<Output>> {
    const reading = form.read(sent);
    const { password } = Object(sent) as { password: string };
    if (reading.errors.password !== undefined) return reading;
    await this.limits.beginPasswordChoice(ip);
    const fault = await this.policy.faultOfStrength(password, owner);
    return fault ? { values: null, errors: { ...reading.errors, password: fault } } : reading;
  }
}
