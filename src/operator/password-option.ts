import { text } from 'node:stream/consumers';
import { Injectable } from '@nestjs/common';
import type { Command } from 'commander';
import { InquirerService } from 'nest-commander';
import { warn } from '../command-line/output';
import { PasswordPolicy } from '../credentials/password-policy';
import { DomainError } from '../database/errors';
import { faultOfLength } from '../text/password-length';

export interface PasswordOptions {
  password?: string;
  passwordStdin?: boolean;
}

/** Where a command takes a password from: an option, standard input, or a prompt that shows nothing. */
@Injectable()
export class PasswordOption {
  constructor(
    private readonly inquirer: InquirerService,
    private readonly policy: PasswordPolicy,
  ) {}

  /** Misuse of `command` without a source of one. @throws DomainError for a wrong length. */
  async read(command: Command, options: PasswordOptions): Promise<string> {
    const password = await this.take(command, options);
    const fault = faultOfLength(password);
    if (fault) throw new DomainError(fault);
    return password;
  }

  /** A password that is easy to guess is the operator's to give; they are told, once it stands. */
  async warnOfWeakness(password: string, user: { email: string; name: string }): Promise<void> {
    const weakness = await this.policy.faultOfStrength(password, user);
    if (weakness) warn(`Warning: ${weakness}`);
  }

  private async take(command: Command, { password, passwordStdin }: PasswordOptions): Promise<string> {
    if (password !== undefined && passwordStdin) command.error('Give either --password or --password-stdin.');
    if (password !== undefined) return password;
    if (passwordStdin) return (await text(process.stdin)).replace(/\r?\n$/, '');
    if (!process.stdin.isTTY)
      command.error('Give the password with --password-stdin or --password: there is no terminal to ask at.');
    const { typed } = await this.inquirer.inquirer.prompt<{ typed: string }>([
      { type: 'password', name: 'typed', message: 'Password' },
    ]);
    return typed;
  }
}
