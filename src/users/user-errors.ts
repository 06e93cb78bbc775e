import { DomainError } from '../database/errors';
import { isolated } from '../text/isolated';

export class UserNotFound extends DomainError {
  constructor(email: string) {
    super(`There is no user with the address ${email}.`);
  }
}

export class EmailTaken extends DomainError {
  constructor(email: string, message = `There is an account with the address ${email} already.`) {
    super(message);
  }
}

/** Not the address itself is taken, but one that nobody could tell from it. */
export class EmailLooksTaken extends EmailTaken {
  constructor(email: string) {
    super(email, 'There is an account whose address looks like this one. Enter another address.');
  }
}

export class InvalidEmail extends DomainError {}

export class InvalidName extends DomainError {}

/** The account changed between the check of the password and the change it was for. */
export class AccountChanged extends DomainError {
  constructor() {
    super('The account was changed in the meantime. Try again.');
  }
}

export class RoleNotHeld extends DomainError {
  constructor(role: string) {
    super(`They don't hold the role ${isolated(role)}, so it has no end to change.`);
  }
}

/** No user has this id, or no longer. */
export class NoSuchUser extends DomainError {
  override readonly status = 404;

  constructor() {
    super('There is no such user.');
  }
}

export class NoSuchSession extends DomainError {
  override readonly status = 404;

  constructor() {
    super('This person has no such session.');
  }
}

/** On their own account a link would do without the current password. */
export class OwnPassword extends DomainError {
  override readonly status = 403;

  constructor() {
    super('You change your own password on the page of your account.');
  }
}

/** Used, expired, replaced, altered, never made, or made by somebody who may no longer: it is not told which. */
export class LinkEnded extends DomainError {
  override readonly status = 410;

  constructor() {
    super('This link has been used or has ended. Ask for a new one.');
  }
}

/** Without a proof of the new address, and a word to the old one. */
export class OwnAddress extends DomainError {
  override readonly status = 403;

  constructor() {
    super('You change your own address on the page of your account.');
  }
}
