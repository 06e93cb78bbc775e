import { defineFeature } from '../feature';
import { menusOf, navigationOf } from './menus';

const shop = defineFeature({
  name: 'shop',
  links: [
    { to: 'GET /stalls', label: 'Stalls', section: true },
    { to: 'GET /me', label: 'Account', menu: 'account', section: true },
    { to: 'GET /me', label: 'Sessions', menu: 'account', part: 'sessions' },
    { to: 'GET /office', label: 'Overview', menu: 'administration' },
    { to: 'GET /office/rules', label: 'Rules', menu: 'administration', area: 'Access', section: true },
    { to: 'GET /office/rules/why', label: 'Why?', menu: 'administration', area: 'Access' },
    { to: 'GET /prices', label: 'Prices', menu: 'administration', section: true },
  ],
});

const at = (path: string, closed: string[] = []) =>
  navigationOf(menusOf([shop]), path, (route) => !closed.includes(route));
/** Each link as its words, and what it says of where one is. */
const said = (links: readonly { label: string; current: string }[]) =>
  links.map(({ label, current }) => (current ? `${label} (${current})` : label));

describe('the links of a page', () => {
  it('are those of each menu', () => {
    const { main, account } = at('/stalls');
    expect([said(main), said(account)]).toEqual([['Stalls (page)'], ['Account', 'Sessions']]);
    expect(account.map(({ href }) => href)).toEqual(['/me', '/me#sessions']);
  });

  it('tell the section that the page is in, but no page that begins alike', () => {
    expect(said(at('/stalls/7').main)).toEqual(['Stalls (true)']);
    expect(said(at('/stallsides').main)).toEqual(['Stalls']);
  });

  it('are the areas on every page of the administration, wherever it is, and elsewhere not', () => {
    expect(said(at('/office').areas)).toEqual(['Overview (page)', 'Access', 'Prices']);
    expect(said(at('/prices/3').areas)).toEqual(['Overview', 'Access', 'Prices (true)']);
    expect(said(at('/office/nowhere').areas)).toEqual(['Overview', 'Access', 'Prices']);
    expect([at('/stalls').areas, at('/officers').areas]).toEqual([[], []]);
  });

  it('are the pages of an area with several of them', () => {
    expect(said(at('/office/rules').areas)).toEqual(['Overview', 'Access (page)', 'Prices']);
    expect(said(at('/office/rules/why').areas)).toEqual(['Overview', 'Access (true)', 'Prices']);
    expect([at('/office/rules/why').area, said(at('/office/rules/why').pages)]).toEqual([
      'Access',
      ['Rules', 'Why? (page)'],
    ]);
    expect(said(at('/office/rules/5').pages)).toEqual(['Rules (true)', 'Why?']);
    expect(at('/prices').pages).toEqual([]);
  });

  it('lead only where one may go: an area to the first of its pages that is open, called as that page where it is the only one', () => {
    const { areas, pages } = at('/office', ['GET /office/rules', 'GET /prices']);
    expect(areas.map(({ label, href }) => `${label} ${href}`)).toEqual(['Overview /office', 'Why? /office/rules/why']);
    expect(pages).toEqual([]);
    expect(at('/office', ['GET /office', 'GET /office/rules', 'GET /office/rules/why', 'GET /prices']).areas).toEqual(
      [],
    );
  });

  it('are the way back to the sections around a page that no menu shows', () => {
    const labels = (path: string) => at(path).trail.map(({ label }) => label);
    expect([labels('/office/rules/5'), labels('/me/password'), labels('/stalls/7/prices')]).toEqual([
      ['Rules'],
      ['Account'],
      ['Stalls'],
    ]);
    expect([labels('/office/rules'), labels('/office/rules/why'), labels('/me'), labels('/')]).toEqual([
      [],
      [],
      [],
      [],
    ]);
  });
});
