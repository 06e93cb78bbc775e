import { withArticle } from './article';

it.each([
  ['an', ['Admin', 'admin', 'Usher', 'Editor', 'Unloader', 'Honorary member', 'MC', 'FOH engineer']],
  [
    'a',
    ['User', 'Steward', 'Judge', 'Unicyclist', 'European', 'One-day helper', 'Houseman', 'DJ', 'VIP', 'UX designer'],
  ],
])('"%s" stands before %j', (article, nouns) => {
  for (const noun of nouns) expect(withArticle(noun)).toBe(`${article} ${noun}`);
});
