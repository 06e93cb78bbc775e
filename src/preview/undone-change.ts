import type { AccountAction } from './account-parts';
import type { UserChange } from './change';

/** A change that somebody confirmed, as an undo tells of it. */
export type UndoneChange = { actor: string; at: Date } & (UndonePeople | UndoneEdit);

interface UndonePeople {
  what: 'users';
  change: UserChange;
  /** What it did to each of them. */
  parts: readonly { user: number; action: AccountAction }[];
}

interface UndoneEdit {
  what: 'roles';
  role: { id: number; name: string };
  /** What it is called then. */
  name: string;
  /** What of it becomes as it was before. */
  restored: readonly PartOfRole[];
  /** What of it was changed since, and stays as it is. */
  kept: readonly PartOfRole[];
}

/** A part of a role as it is, or will be. */
export type PartOfRole =
  { part: 'name' | 'description'; value: string } | { part: 'permission'; value: string; isCarried: boolean };
