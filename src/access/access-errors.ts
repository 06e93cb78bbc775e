import {
  ConflictException,
  ForbiddenException,
  HttpException,
  HttpStatus,
  UnauthorizedException,
} from '@nestjs/common';
import { DomainError } from '../database/errors';
import type { Admission, Decision } from './decide';
import { describeRefusal } from './describe-refusal';

type Refused = Extract<Decision, { allowed: false }>;

/** A visitor asked for a page that needs somebody signed in. */
export class SignInFirst extends UnauthorizedException {
  /** @param comesBack whether they come back to that page when they have */
  constructor(readonly comesBack = true) {
    super('Sign in to access this page.');
  }
}

/** Somebody signed in asked for a page of those who are not. */
export class AlreadySignedIn extends ConflictException {
  constructor() {
    super('You are signed in already.');
  }
}

/** Somebody signed in asked for what needs a fresh proof of who they are. */
export class ProveAgain extends UnauthorizedException {
  constructor() {
    super('Prove again who you are, with your password, and then go on.');
  }
}

/** Somebody must have a second factor, and has none: nothing else opens before they have set one up. */
export class SecondFactorFirst extends HttpException {
  constructor() {
    super('Your account needs a second factor. Set one up, and then go on.', HttpStatus.FORBIDDEN);
  }
}

/** Signed in, and refused; the decision says what is missing. */
export class AccessForbidden extends ForbiddenException {
  constructor(readonly decision: Refused) {
    super(describeRefusal(decision));
  }
}

/** The path names a record that there is not: answered as an unknown address. */
export class RecordNotFound extends DomainError {
  override readonly status = 404;

  constructor() {
    super('There is nothing at this address.');
  }
}

export function refusal(decision: Extract<Admission, { allowed: false }>): Error {
  if (decision.refusal === 'sign-in-first') return new SignInFirst();
  if (decision.refusal === 'already-signed-in') return new AlreadySignedIn();
  if (decision.refusal === 'prove-again') return new ProveAgain();
  if (decision.refusal === 'second-factor-first') return new SecondFactorFirst();
  return new AccessForbidden(decision);
}
