import type { Feature, Link } from '../feature';

type Menu = NonNullable<Link['menu']>;

interface MenuLink {
  route: string;
  label: string;
  href: string;
  section: boolean;
  area: string;
  sentence: string;
}

/** The links of all features, by the menu that they stand in; those of the home page stand in others too. */
export type Menus = Readonly<Record<Menu, readonly MenuLink[]>>;

interface ShownLink {
  label: string;
  href: string;
  /** What `aria-current` says of it: the page itself, or one that it leads on to. */
  current: 'page' | 'true' | '';
}

/** The links that a page shows: those its reader may follow. */
export interface Navigation {
  main: ShownLink[];
  account: ShownLink[];
  /** Of the administration, on its pages. */
  areas: ShownLink[];
  /** The one of them that the page is in, and its pages where it has several. */
  area: string;
  pages: ShownLink[];
  /** The sections around the page, from the outermost; none where a menu shows the page itself. */
  trail: Omit<ShownLink, 'current'>[];
}

export function menusOf(features: readonly Feature[]): Menus {
  const links = features.flatMap(({ links }) => links);
  const of = (name: Menu) => links.filter(({ menu = 'main' }) => menu === name).map(menuLinkOf);
  const home = links.filter(({ menu = 'main', sentence }) => menu === 'main' || sentence).map(menuLinkOf);
  return { main: of('main'), account: of('account'), administration: of('administration'), home };
}

function menuLinkOf({ to, label, part, section = false, area = label, sentence = '' }: Link): MenuLink {
  const page = to.replace(/^GET /, '');
  return { route: to, label, href: part ? `${page}#${part}` : page, section, area, sentence };
}

/** What the reader can do here. @param isOpen whether they may use the route of that name */
export function cardsOf({ home }: Menus, isOpen: (route: string) => boolean): readonly MenuLink[] {
  return home.filter(({ route }) => isOpen(route));
}

/** @param isOpen whether the reader may use the route of that name */
export function navigationOf(menus: Menus, path: string, isOpen: (route: string) => boolean): Navigation {
  const open = (menu: Menu) => menus[menu].filter(({ route }) => isOpen(route));
  const [main, account, administration] = [open('main'), open('account'), open('administration')];
  const isWithin = administration.some(({ href }) => path === href || isBelow(href, path));
  const here = currentIn(administration, path);
  const pages = administration.filter(({ area }) => area === here?.area);
  return {
    main: shown(main, path),
    account: shown(account, path),
    areas: isWithin ? areasOf(administration, here, path) : [],
    area: here?.area ?? '',
    pages: pages.length > 1 ? shown(pages, path) : [],
    trail: here?.href === path ? [] : trailTo(path, [...main, ...account, ...administration]),
  };
}

function shown(links: readonly MenuLink[], path: string): ShownLink[] {
  const here = currentIn(links, path);
  return links.map((link) => ({
    label: link.label,
    href: link.href,
    current: link !== here ? '' : link.href === path ? 'page' : 'true',
  }));
}

/** Each leads to the first of its pages, and is called as that page where there is no other for the reader. */
function areasOf(links: readonly MenuLink[], here: MenuLink | undefined, path: string): ShownLink[] {
  const pagesOf = (area: string) => links.filter((link) => link.area === area);
  const firsts = links.filter((link) => pagesOf(link.area)[0] === link);
  return firsts.map(({ area, label, href }) => ({
    label: pagesOf(area).length === 1 ? label : area,
    href,
    current: area !== here?.area ? '' : href === path ? 'page' : 'true',
  }));
}

function trailTo(path: string, links: readonly MenuLink[]): Navigation['trail'] {
  return links
    .filter(({ href, section }) => section && isBelow(href, path))
    .sort((one, other) => one.href.length - other.href.length)
    .map(({ label, href }) => ({ label, href }));
}

/** The one that says most closely where one is. */
function currentIn(links: readonly MenuLink[], path: string): MenuLink | undefined {
  return links
    .filter(({ href, section }) => href === path || (section && isBelow(href, path)))
    .sort((one, other) => other.href.length - one.href.length)[0];
}

function isBelow(href: string, path: string): boolean {
  return path.startsWith(`${href}/`);
}
