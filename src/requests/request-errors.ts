import { DomainError } from '../database/errors';

/** The same for a route that is not there and for one they may use: nothing is told of what is hidden. */
export class NothingToAskFor extends DomainError {
  override readonly status = 422;

  constructor() {
    super('There is nothing to ask for: you may use this already, or there is no such page.');
  }
}

export class AskedAlready extends DomainError {
  constructor() {
    super('You have asked for this already; it waits for an answer.');
  }
}

export class TooManyRequests extends DomainError {}

export class RequestNotFound extends DomainError {
  override readonly status = 404;

  constructor() {
    super('There is no such request.');
  }
}

/** Somebody else, or the one who asked, was there first. */
export class RequestClosed extends DomainError {
  constructor() {
    super('This request was answered or withdrawn meanwhile. Nothing was changed.');
  }
}

export class OwnRequest extends DomainError {
  override readonly status = 403;

  constructor() {
    super("You can't decide about your own request. Another administrator can.");
  }
}

/** The role would not open what was asked for, or can't be given. */
export class RoleWouldNotDo extends DomainError {}
