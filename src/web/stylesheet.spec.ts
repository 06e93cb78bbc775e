import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stylesheetOf, unusedParts } from './stylesheet';

const root = join(__dirname, '../..');
const pico = readFileSync(join(root, 'node_modules/@picocss/pico/css/pico.css'), 'utf8');
const ours = readFileSync(join(root, 'public/site.css'), 'utf8');

/** What each part that is left out is for. */
const marks: Record<string, RegExp> = {
  Grid: /class="[^"]*\bgrid\b/,
  'Overflow auto': /class="[^"]*\boverflow-auto\b/,
  Figure: /<figure\b/,
  'Input type color': /type="color"/,
  'Input type range': /type="range"/,
  Card: /<article\b/,
  Dropdown: /class="[^"]*\bdropdown\b/,
  Loading: /aria-busy/,
  Modal: /<dialog\b/,
  Progress: /<progress\b/,
  Tooltip: /data-tooltip/,
  Group: /role="group"/,
};

describe('the one stylesheet', () => {
  it('leaves out the parts of Pico of which no view has anything', () => {
    expect(Object.keys(marks)).toEqual(unusedParts);
    const views = readdirSync(join(root, 'views'), { recursive: true, encoding: 'utf8' }).filter((path) =>
      path.endsWith('.hbs'),
    );
    expect(views.length).toBeGreaterThan(20);
    for (const path of views) {
      const view = readFileSync(join(root, 'views', path), 'utf8');
      for (const [name, mark] of Object.entries(marks))
        expect([path, name, mark.test(view)]).toEqual([path, name, false]);
    }
    const css = stylesheetOf(pico, ours);
    expect(css).not.toMatch(/\[data-tooltip\]|^progress::|^dialog > article|^\.grid /m);
    for (const part of ['button', 'details', "[type='checkbox']", 'nav', 'table', '[type=search]'])
      expect(css).toContain(part);
  });

  it('ends with all of ours, without its comments, and keeps the licence of Pico', () => {
    const css = stylesheetOf(pico, 'a { color: red; }\n/* why */\nb {\n  color: blue;\n}\n');
    expect(css.endsWith('a { color: red; }\nb {\ncolor: blue;\n}\n')).toBe(true);
    expect(css).toMatch(/^@charset "UTF-8";\n\/\*!\n \* Pico CSS .*\n \* Copyright .* MIT/);
    expect(css.match(/\/\*/g)).toHaveLength(1);
  });

  it('is not made of a Pico that no longer has such a part', () => {
    expect(() => stylesheetOf(pico.replace(' * Modal', ' * Dialog'), ours)).toThrow('Pico has no part "Modal".');
  });
});
