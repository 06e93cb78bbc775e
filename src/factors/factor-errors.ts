import { DomainError } from '../database/errors';

/** Of no app that is being set up, and of no time around now: it is not told which. */
export class WrongFirstCode extends DomainError {
  constructor() {
    super(
      'This is not the code that your app shows now. Check that your phone’s clock is right, and try the next one.',
    );
  }
}

/** Another window, or a second click, was quicker. */
export class AppSetUpAlready extends DomainError {
  constructor() {
    super('An authenticator app is set up already. Remove it first to set up another.');
  }
}

export class NoAuthenticatorApp extends DomainError {
  constructor() {
    super('There is no authenticator app to remove.');
  }
}

/** Recovery codes stand in for a second factor, and there is none. */
export class NoSecondFactor extends DomainError {
  constructor() {
    super('There is no second factor: set one up first.');
  }
}

/** On their own account the page of the account does it, which asks for a fresh proof. */
export class OwnSecondFactors extends DomainError {
  override readonly status = 403;

  constructor() {
    super('You change your own second factors on the page of your account.');
  }
}

/** Whoever proves the address of such an account may not be who was given more than everybody has, or had another address. */
export class FactorsVouchedFor extends DomainError {
  override readonly status = 403;

  constructor() {
    super(
      'An administrator gave this account a role, or another address: its second factors may be its owner’s. Ask an administrator to remove them.',
    );
  }
}

/** Some were encrypted with a key that is no longer in ENCRYPTION_KEY. What could be read is encrypted anew all the same. */
export class SecretsUnreadable extends DomainError {
  constructor(userIds: readonly number[]) {
    super(
      `No key of ENCRYPTION_KEY reads the secrets of the users ${userIds.join(', ')}: bring back the key they were encrypted with, or let them set up their factors anew after "users reset-access".`,
    );
  }
}

/** Whatever is wrong with what the browser has sent. */
export class PasskeyNotAccepted extends DomainError {
  constructor() {
    super('Your passkey could not be added. Try again.');
  }
}

export class TooManyPasskeys extends DomainError {
  constructor() {
    super('You have as many passkeys as an account can have. Remove one first.');
  }
}

export class NoSuchPasskey extends DomainError {
  override readonly status = 404;

  constructor() {
    super('You have no such passkey.');
  }
}
