import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Assets } from './assets';

describe('the address of a static file', () => {
  let folder: string;
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mfo-assets-'));
    write('look.css', 'a {}');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('carries a mark of its content', () => {
    const assets = new Assets({ isProduction: true, APP_NAME: 'MFO' }, folder);
    const address = assets.addressOf('/assets/look.css');
    expect(address).toMatch(/^\/assets\/look\.css\?v=[\da-f]{12}$/);
    write('same.css', 'a {}');
    write('other.css', 'b {}');
    const later = new Assets({ isProduction: true, APP_NAME: 'MFO' }, folder);
    expect(later.addressOf('/assets/same.css')).toBe(address.replace('look', 'same'));
    expect(later.addressOf('/assets/other.css')).not.toBe(address.replace('look', 'other'));
  });

  it('changes with the file in development, where a new file is found too', () => {
    const assets = new Assets({ isProduction: false, APP_NAME: 'MFO' }, folder);
    const first = assets.addressOf('/assets/look.css');
    expect(assets.addressOf('/assets/look.css')).toBe(first);
    write('look.css', 'b {}');
    expect(assets.addressOf('/assets/look.css')).not.toBe(first);
    write('new.css', 'c {}');
    expect(assets.addressOf('/assets/new.css')).toContain('?v=');
  });

  it('stays in production, where each file is read once', () => {
    const assets = new Assets({ isProduction: true, APP_NAME: 'MFO' }, folder);
    const first = assets.addressOf('/assets/look.css');
    write('look.css', 'b {}');
    expect(assets.addressOf('/assets/look.css')).toBe(first);
  });

  it.each(['/assets/nothing.css', '/assets/', '/assets/../look.css', '/look.css', '/assets/__proto__'])(
    'is none for %s',
    (path) => {
      expect(() => new Assets({ isProduction: true, APP_NAME: 'MFO' }, folder).addressOf(path)).toThrow(path);
    },
  );
});
