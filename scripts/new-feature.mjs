// Writes the skeleton of a feature, which passes the gate as it is: npm run new:feature -- stalls [stall]
// The second name is that of one of them; without it, the first one without its last letter.
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { filesIn } from './compile.mjs';

const root = join(import.meta.dirname, '..');
const skeleton = join(root, 'examples/skeleton');
const [many = '', one = many.slice(0, -1)] = process.argv.slice(2);

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}

function capitalised(name) {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** What the skeleton says of "things", of the feature. */
function named(text) {
  return text
    .replaceAll('1000000000000', time)
    .replaceAll('Things', capitalised(many))
    .replaceAll('things', many)
    .replaceAll('Thing', capitalised(one))
    .replaceAll('thing', one);
}

if (!/^[a-z]{3,30}$/.test(many) || !/^[a-z]{2,30}$/.test(one) || many === one)
  fail('Name many of them and one of them, a word of the letters a to z each: npm run new:feature -- stalls stall');
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
appendFileSync(join(root, 'src/features.ts'), `export { ${many} } from './${many}/${many}.feature';\n`);
console.log('src/features.ts: one line\nNow run "npm run access:lock", and review what it adds.');
