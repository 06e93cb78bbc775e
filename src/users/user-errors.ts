import { Refusal } from '../database/errors';

export class UserNotFound extends Refusal {
  constructor(email: string) {
    super(`There is no user with the address ${email}.`);
  }
}

export class EmailTaken extends Refusal {
  constructor(email: string) {
    super(`There is an account with the address ${email} already.`);
  }
}

export class InvalidEmail extends Refusal {
  constructor() {
    super('That is not an e-mail address.');
  }
}

export class InvalidName extends Refusal {
  constructor() {
    super('A name has at most 100 characters, without control characters.');
  }
}

/** The account changed between the check of the password and the change it was for. */
export class AccountChanged extends Refusal {
  constructor() {
    super('The account was changed in the meantime. Try again.');
  }
}
