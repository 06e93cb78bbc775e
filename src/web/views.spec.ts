import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { AccessMap } from '../access/access-map';
import type { Access } from '../access/access.service';
import type { Assets } from './assets';
import { viewEngine } from './views';

const root = join(__dirname, '../..');

function filesOf(folder: string, ending: string): [string, string][] {
  const paths = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  return paths
    .filter((path) => path.endsWith(ending))
    .map((path) => [path, readFileSync(join(root, folder, path), 'utf8')]);
}

describe('docs/views.md lists', () => {
  const [, docs = ''] = filesOf('docs', 'views.md')[0]!;
  const [partials = '', helpers = '', classes = ''] = docs.split(/^## /m).slice(1);
  const namedIn = (section: string) =>
    section
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .flatMap((line) => [...line.split(' | ')[0]!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!));

  it('partials that there are', () => {
    const views = filesOf('views', '.hbs').map(([path]) => path.replace('.hbs', ''));
    expect(namedIn(partials).filter((name) => !views.includes(name))).toEqual([]);
  });

  it('helpers that there are', () => {
    const [, source = ''] = filesOf('src/web', 'views.ts')[0]!;
    const names = namedIn(helpers).map((name) => /^\{\{#?(?:if \()?(\w+)|^(\w+)$/.exec(name)!.slice(1).join(''));
    expect(names.length).toBeGreaterThan(10);
    expect(names.filter((name) => !source.includes(`registerHelper('${name}'`))).toEqual([]);
  });

  it('classes that are styled', () => {
    const [, sheet = ''] = filesOf('public', 'site.css')[0]!;
    expect(namedIn(classes).length).toBeGreaterThan(15);
    expect(namedIn(classes).filter((name) => !new RegExp(`\\.${name}\\b`).test(sheet))).toEqual([]);
  });
});

describe('what somebody has typed is shown as text:', () => {
  it('no view takes it for HTML', () => {
    const views = filesOf('views', '.hbs');
    expect(views.length).toBeGreaterThan(20);
    for (const [path, view] of views) expect([path, view.match(/\{\{\{|\{\{&/)]).toEqual([path, null]);
  });

  it('no script makes HTML or code of it, or listens to other sites', () => {
    const makes =
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment|\beval\(|new Function|setHTMLUnsafe|srcdoc|postMessage|onmessage|addEventListener\(\s*['"`]message/;
    // It reads a page of ours, in which nothing runs, and takes nothing but texts and addresses of it.
    const reads = 'search-suggestions.js';
    for (const [path, script] of filesOf('public', '.js'))
      expect([path, makes.exec(path === reads ? script.replace('DOMParser', '') : script)]).toEqual([path, null]);
    const takes = /childNodes|children\b|cloneNode|importNode|adoptNode|firstChild|nextSibling/;
    expect(takes.exec(filesOf('public', '.js').find(([path]) => path === reads)![1])).toBeNull();
  });
});

describe('a value in a view', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mfo-views-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** The view needs no routes and no files of ours. */
  function rendered(view: string, model: object): Promise<string> {
    const engine = viewEngine({} as Access, {} as AccessMap, {} as Assets, false);
    const path = join(folder, 'view.hbs');
    writeFileSync(path, view);
    return promisify<string>((done) => engine(path, { settings: { views: folder }, ...model }, done))();
  }

  it('by the name of a helper is refused, and shown where the field is meant', async () => {
    const model = { day: 'Friday', wantedOn: '2026-11-28' };
    await expect(rendered('{{#each days}}{{day}}{{/each}}', model)).rejects.toThrow(
      '{{day}} is a helper, which takes a value. For a field of that name write {{this.day}}.',
    );
    expect(await rendered('{{this.day}}, {{day wantedOn}}', model)).toBe('Friday, 28 November 2026');
  });

  it('of a list without anything in it is nothing, also in “or” and “and”', async () => {
    const view =
      '{{#if (or none some)}}or{{/if}} {{#if (or none empty)}}neither{{/if}}{{#if (and none some)}}and{{/if}}';
    expect(await rendered(view, { none: [], empty: [], some: ['one'] })).toBe('or ');
  });
});
