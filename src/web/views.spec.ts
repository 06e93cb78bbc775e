import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');

function filesOf(folder: string, ending: string): [string, string][] {
  const paths = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  return paths
    .filter((path) => path.endsWith(ending))
    .map((path) => [path, readFileSync(join(root, folder, path), 'utf8')]);
}

describe('what somebody has typed is shown as text:', () => {
  it('no view takes it for HTML', () => {
    const views = filesOf('views', '.hbs');
    expect(views.length).toBeGreaterThan(20);
    for (const [path, view] of views) expect([path, view.match(/\{\{\{|\{\{&/)]).toEqual([path, null]);
  });

  it('no script makes HTML or code of it, or listens to other sites', () => {
    const makes =
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment|\beval\(|new Function|setHTMLUnsafe|srcdoc|postMessage|onmessage|addEventListener\(\s*['"`]message/;
    for (const [path, script] of filesOf('public', '.js')) expect([path, makes.exec(script)]).toEqual([path, null]);
  });
});
