import type { DirectoryOrder } from '../../directory/directory-plan';
import { MOST_COUNTED, type PeopleCount } from '../../directory/user-counts.service';
import type { DirectoryPage, Listed } from '../../directory/user-directory.service';
import { isolated } from '../../text/isolated';
import { addressOf, keptSearch, type Sent } from './people-addresses';
import type { UsersQuery } from './users.form';

/** So many roles of a person are named in a row. */
const ROLES_NAMED = 3;

/** The headings that sort: by which order first, and by which when it is that already. */
const headings: Record<string, readonly [DirectoryOrder, DirectoryOrder]> = {
  address: ['address', 'address-down'],
  joined: ['newest', 'oldest'],
  signIn: ['last-sign-in', 'longest-away'],
};
const upwards: readonly DirectoryOrder[] = ['address', 'oldest', 'longest-away'];

/** Where each heading leads, and in which direction its column is sorted. */
export function headingsOf(sent: Sent, { sortedBy, orders }: Pick<DirectoryPage, 'sortedBy' | 'orders'>) {
  const headingOf = ([first, second]: readonly [DirectoryOrder, DirectoryOrder]) => ({
    href: orders.includes(first) ? addressOf(sent, { sort: sortedBy === first ? second : first }) : null,
    sorted: sortedBy !== first && sortedBy !== second ? null : upwards.includes(sortedBy) ? 'ascending' : 'descending',
  });
  return Object.fromEntries(Object.entries(headings).map(([name, orders]) => [name, headingOf(orders)]));
}

/** What the list is narrowed to, each with the address of the list without it. */
export function filtersOf(sent: Sent, { search, role, state, away }: UsersQuery) {
  const filters = [
    { name: 'search', words: search && `“${search}”` },
    { name: 'role', words: role },
    { name: 'state', words: state },
    { name: 'away', words: away && `no sign-in for ${away} ${away === 1 ? 'day' : 'days'}` },
  ];
  return filters
    .filter(({ words }) => words)
    .map(({ name, words }) => ({ words, href: addressOf({ ...sent, [name]: undefined }) }));
}

/** "64", "1,000+"; null where it isn't known. */
export function countInWords(
  count: PeopleCount | null,
  { people, next }: DirectoryPage,
  isFirst: boolean,
): string | null {
  if (count) return numberFormat.format(count.people) + (count.isMore ? '+' : '');
  if (!isFirst) return null;
  return `${people.length}${next ? '+' : ''}`;
}

const numberFormat = new Intl.NumberFormat('en-GB');

/** Who is ticked, and what the list offers to tick. */
export function ticksOf(sent: Sent, query: UsersQuery, count: PeopleCount | null, page: DirectoryPage) {
  const isMore = page.next !== null || query.after !== undefined;
  const here = { after: query.after };
  return {
    isWholePage: query.tick === 'page',
    isEverybody: query.tick === 'matching',
    matching: query.tick === 'matching' ? keptSearch(sent) : null,
    page: addressOf(sent, { ...here, tick: 'page' }),
    none: addressOf(sent, here),
    everybody: isMore ? addressOf(sent, { ...here, tick: 'matching' }) : null,
    everybodyInWords: everybodyInWords(count),
  };
}

/** "all 234 that match", "the first 1,000 that match" */
function everybodyInWords(count: PeopleCount | null): string {
  const isKnown = count !== null && !count.isMore && count.people <= MOST_COUNTED;
  const [most, known] = [MOST_COUNTED, count?.people ?? 0].map((number) => numberFormat.format(number));
  return isKnown ? `all ${known} that match` : `the first ${most} that match`;
}

export function rowOf({ roles, ...person }: Listed, { users, tick }: UsersQuery) {
  return {
    ...person,
    isTicked: tick !== undefined || users.includes(person.id),
    roles: roles.slice(0, ROLES_NAMED).map(isolated).join(', '),
    moreRoles: Math.max(0, roles.length - ROLES_NAMED),
  };
}
