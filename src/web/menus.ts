import type { Feature, Link } from '../feature';

/** The links of all features, as the layout shows them to those for whom they open. */
export function menusOf(features: readonly Feature[]) {
  const links = features.flatMap(({ links }) => links);
  const menu = (name: Link['menu']) => links.filter(({ menu = 'main' }) => menu === name).map(shown);
  return { main: menu('main'), administration: menu('administration') };
}

function shown({ to, label, section = false }: Link) {
  return { route: to, href: to.replace(/^GET /, ''), label, section };
}
