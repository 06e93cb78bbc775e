// Writes the skeleton of a feature, which passes the gate as it is: npm run new:feature -- lost-items [lost-item]
// The second name is that of one of them; without it, the first one without its s.
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { filesIn } from './compile.mjs';

const root = join(import.meta.dirname, '..');
const skeleton = join(root, 'examples/skeleton');
const [many = '', one = many.replace(/s$/, '')] = process.argv.slice(2);

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}

function capitalised(words) {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A name in each of the ways in which code and people write it. */
function spellings(name) {
  const pascal = name.split('-').map(capitalised).join('');
  const words = name.replaceAll('-', ' ');
  const article = /^[aeiou]/.test(name) ? 'an' : 'a';
  return [
    name,
    name.replaceAll('-', '_'),
    pascal.charAt(0).toLowerCase() + pascal.slice(1),
    pascal,
    `${article} ${words}`,
    `${capitalised(article)} ${words}`,
    words,
    capitalised(words),
  ];
}

/** What the skeleton says of "found-things", of the feature. */
function named(text) {
  const [from, to] = [
    ['found-things', 'found-thing'],
    [many, one],
  ].map((names) => names.flatMap(spellings));
  return from.reduce((so, spelling, i) => so.replaceAll(spelling, to[i]), text.replaceAll('1000000000000', time));
}

const isName = (name) => name.length <= 30 && /^[a-z]{2,}(-[a-z]{2,})*$/.test(name);
if (!isName(many) || !isName(one) || many === one)
  fail(
    'Name many of them and one of them, in words of the letters a to z with hyphens between them:\n' +
      'npm run new:feature -- lost-property lost-item',
  );
if (existsSync(join(root, 'src', many))) fail(`There is a folder src/${many} already; nothing was written.`);

const time = String(Date.now());
for (const file of filesIn(skeleton)) {
  const target = join(root, named(file));
  mkdirSync(dirname(target), { recursive: true });
  const text = named(readFileSync(join(skeleton, file), 'utf8'));
  const options = { ...(await resolveConfig(target)), filepath: target };
  writeFileSync(target, target.endsWith('.ts') ? await format(text, options) : text);
  console.log(named(file));
}
const [, , variable] = spellings(many);
appendFileSync(join(root, 'src/features.ts'), `export { ${variable} } from './${many}/${many}.feature';\n`);
console.log('src/features.ts: one line\nNow run "npm run access:lock", and review what it adds.');
