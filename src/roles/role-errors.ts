import { isPermission, permissionNames } from '../access/catalogue';
import { Refusal } from '../database/errors';
import { nearest } from './nearest';
import type { RoleContent } from './role-version';

export class RoleNotFound extends Refusal {
  constructor(name: string, known: readonly string[]) {
    const near = nearest(name, known);
    super(`There is no role "${name}".${near ? ` Did you mean "${near}"?` : ''}`);
  }
}

export class RoleExists extends Refusal {
  constructor(name: string) {
    super(`There is a role "${name}" already.`);
  }
}

export class RoleIsBuiltIn extends Refusal {
  constructor(name: string) {
    super(`The role "${name}" is built in and can't be renamed or deleted.`);
  }
}

/** Somebody saved the role after it was shown to the one who saves it now. */
export class RoleChanged extends Refusal {
  constructor(readonly role: RoleContent) {
    super(`Somebody else has changed the role "${role.name}" meanwhile, and nothing of yours was saved.`);
  }
}

export class InvalidRoleName extends Refusal {
  constructor() {
    super("A role's name has 1 to 64 characters, without commas and what can't be seen, and no space at its ends.");
  }
}

export class InvalidDescription extends Refusal {
  constructor() {
    super('A description has at most 255 characters, without control characters.');
  }
}

export class UnknownPermission extends Refusal {
  constructor(name: string) {
    const near = nearest(name, permissionNames);
    super(
      name === ''
        ? `A permission in the list is empty. The catalogue has ${permissionNames.join(', ')}.`
        : `There is no permission "${name}" in the catalogue.${near ? ` Did you mean "${near}"?` : ''}`,
    );
  }
}

/** @throws UnknownPermission for the first name that is not in the catalogue. */
export function ensureKnown(permissions: readonly string[]): void {
  const unknown = permissions.find((name) => !isPermission(name));
  if (unknown !== undefined) throw new UnknownPermission(unknown);
}
