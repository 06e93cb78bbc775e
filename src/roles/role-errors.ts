import { isPermission, permissionNames } from '../access/catalogue';
import { DomainError } from '../database/errors';
import { isolated } from '../text/isolated';
import { nearest } from '../text/nearest';
import type { RoleContent } from './role-version';

export class RoleNotFound extends DomainError {
  constructor(name: string, known: readonly string[]) {
    const near = nearest(name, known);
    super(`There is no role "${isolated(name)}".${near ? ` Did you mean "${isolated(near)}"?` : ''}`);
  }
}

export class RoleExists extends DomainError {
  /** @param other the role that has the name, or one that looks like it */
  constructor(name: string, other = name) {
    super(
      other === name
        ? `There is a role "${isolated(name)}" already.`
        : `There is a role "${isolated(other)}" already, which could be taken for "${isolated(name)}".`,
    );
  }
}

export class RoleIsBuiltIn extends DomainError {
  constructor(name: string) {
    super(`The role "${isolated(name)}" is built in and can't be renamed or deleted.`);
  }
}

/** A rule of a feature that is not here may name it: who may give it, only that feature could say. */
export class RoleWithoutFeature extends DomainError {
  constructor(name: string) {
    super(
      `The role "${isolated(name)}" belongs to a feature that this program does not have, so nobody can be given it here.`,
    );
  }
}

/** The start is refused: what people made would become what rules name. */
export class RoleNotBuiltIn extends DomainError {
  constructor(name: string) {
    super(
      `A role "${isolated(name)}" was made here, and this program brings a built-in one of that name. Start the version before, rename or delete that role, and start this one again.`,
    );
  }
}

/** Somebody saved the role after it was shown to the one who saves it now. */
export class RoleChanged extends DomainError {
  constructor(readonly role: RoleContent) {
    super(`Somebody else has changed the role "${isolated(role.name)}" meanwhile, and nothing of yours was saved.`);
  }
}

export class InvalidRoleName extends DomainError {}

export class InvalidDescription extends DomainError {}

export class UnknownPermission extends DomainError {
  constructor(name: string) {
    const near = nearest(name, permissionNames());
    super(
      name === ''
        ? `A permission in the list is empty. The catalogue has ${permissionNames().join(', ')}.`
        : `There is no permission "${name}" in the catalogue.${near ? ` Did you mean "${near}"?` : ''}`,
    );
  }
}

/** @throws UnknownPermission for the first name that is not in the catalogue. */
export function ensureKnown(permissions: readonly string[]): void {
  const unknown = permissions.find((name) => !isPermission(name));
  if (unknown !== undefined) throw new UnknownPermission(unknown);
}
