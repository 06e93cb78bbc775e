import { IsNull, LessThan, MoreThanOrEqual, Not, type FindOperator, type FindOptionsWhere } from 'typeorm';
import { searchKey, storedWord } from '../text/search-words';
import type { User } from '../users/user.entity';

export const directoryOrders = ['newest', 'oldest', 'address', 'address-down', 'last-sign-in', 'longest-away'] as const;
export type DirectoryOrder = (typeof directoryOrders)[number];

export interface DirectoryQuery {
  /** The beginning of a word of a name or an address. */
  search?: string | undefined;
  role?: { id: number; holders: number } | undefined;
  active?: boolean | undefined;
  /** Only people whose address nobody has confirmed. */
  isUnconfirmed?: boolean | undefined;
  /** Only people who have not signed in since then. */
  idleSince?: Date | undefined;
  order: DirectoryOrder;
}

/** A range of one index, in its order: of the users, of their words, or of the grants of a role. */
export interface IndexRange {
  name: 'id' | 'role' | 'unproven' | 'email' | 'word' | 'signed-in' | 'never';
  roleId?: number;
  index: string;
  /** Among equals the id decides. */
  by: 'id' | 'email' | 'word' | 'lastSignInAt';
  bounds: readonly FindOperator<string | Date>[];
  where: FindOptionsWhere<User>;
  down: boolean;
}

export interface Plan {
  ranges: readonly IndexRange[];
  /** In words, for the page. */
  order: string;
  /** null: by the word that was searched for. */
  sortedBy: DirectoryOrder | null;
  /** In which these people can be listed. */
  orders: readonly DirectoryOrder[];
}

/** A role that one in so many people holds is checked person by person; a rarer one is read by its holders. */
const COMMON = 3;
const AGES: Plan['orders'] = ['newest', 'oldest'];
/** Sorts after everything with the same beginning. */
const LAST = '\u{10FFFF}';

/**
 * Which ranges to read, one after the other, to find these people without reading many others. Where no index has
 * the order that was asked for, the plan has another one.
 */
export function planOf(query: DirectoryQuery, people: number, window: number): Plan {
  const { role, search, order, idleSince } = query;
  if (role && people > window && role.holders < (search ? window : people / COMMON)) return byRole(role, order);
  if (search) return byWord(searchKey(search));
  if (query.isUnconfirmed) return byConfirmation(query);
  if (idleSince || order === 'last-sign-in' || order === 'longest-away') return byLastSignIn(query);
  return order === 'address' || order === 'address-down' ? byAddress(query) : byAge(query);
}

function byRole({ id }: { id: number }, order: DirectoryOrder): Plan {
  return inAge({ name: 'role', roleId: id, index: 'grants_role_user', where: {} }, order, AGES);
}

function byAge(query: DirectoryQuery): Plan {
  return inAge({ name: 'id', ...ofState(query, 'PRIMARY', 'users_active') }, query.order);
}

function byConfirmation({ order }: DirectoryQuery): Plan {
  const where = { emailConfirmedAt: IsNull() };
  return inAge({ name: 'unproven', index: 'users_confirmed', where }, order, AGES);
}

function inAge(
  range: Pick<IndexRange, 'name' | 'roleId' | 'index' | 'where'>,
  order: DirectoryOrder,
  orders: Plan['orders'] = directoryOrders,
): Plan {
  const down = order !== 'oldest';
  return {
    ranges: [{ ...range, by: 'id', bounds: [], down }],
    order: down ? 'by when they joined, the newest first' : 'by when they joined, the oldest first',
    sortedBy: down ? 'newest' : 'oldest',
    orders,
  };
}

function byAddress(query: DirectoryQuery): Plan {
  const down = query.order === 'address-down';
  const state = ofState(query, 'users_email', 'users_active_email');
  return {
    ranges: [{ name: 'email', ...state, by: 'email', bounds: [], down }],
    order: down ? 'by address, Z to A' : 'by address, A to Z',
    sortedBy: query.order,
    orders: directoryOrders,
  };
}

function byWord(key: string): Plan {
  const bounds = beginningWith(storedWord(key));
  return {
    ranges: [{ name: 'word', index: 'PRIMARY', where: {}, by: 'word', bounds, down: false }],
    order: 'by the word that matches, A to Z',
    sortedBy: null,
    orders: [],
  };
}

function byLastSignIn(query: DirectoryQuery): Plan {
  const down = query.order === 'last-sign-in';
  const state = ofState(query, 'users_last_sign_in', 'users_active_last_sign_in');
  const bounds = [query.idleSince ? LessThan<string | Date>(query.idleSince) : Not<string | Date>(IsNull())];
  const signedIn: IndexRange = { name: 'signed-in', ...state, by: 'lastSignInAt', bounds, down };
  const where = { ...state.where, lastSignInAt: IsNull() };
  const never: IndexRange = { name: 'never', ...state, where, by: 'id', bounds: [], down };
  const sortedBy = down ? 'last-sign-in' : 'longest-away';
  const orders = query.idleSince ? (['last-sign-in', 'longest-away'] as const) : directoryOrders;
  return down
    ? { ranges: [signedIn, never], order: 'by last sign-in, the latest first', sortedBy, orders }
    : { ranges: [never, signedIn], order: 'by last sign-in, who never signed in first', sortedBy, orders };
}

export function ofState(
  { active }: Pick<DirectoryQuery, 'active'>,
  any: string,
  either: string,
): Pick<IndexRange, 'index' | 'where'> {
  return active === undefined ? { index: any, where: {} } : { index: either, where: { active } };
}

export function beginningWith(text: string): FindOperator<string | Date>[] {
  return [MoreThanOrEqual<string | Date>(text), LessThan<string | Date>(text + LAST)];
}
