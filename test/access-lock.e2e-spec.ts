import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Program } from './support/processes';

const root = join(__dirname, '..');

describe('the check of access.lock', () => {
  let folder: string;
  const at = (path: string) => join(folder, path);
  const check = () => new Program('scripts/access-lock.mjs', ['--check'], {}, folder).ended;

  /** What the check says while this is written in place of that. */
  async function checkedWith(file: string, written: string, instead: string) {
    const before = await readFile(at(file), 'utf8');
    expect(before).toContain(written);
    await writeFile(at(file), before.replace(written, instead));
    const ended = await check();
    await writeFile(at(file), before);
    return ended;
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mfo-lock-'));
    for (const file of [
      'scripts',
      'src',
      'access.lock',
      '.swcrc',
      'package.json',
      'package-lock.json',
      'tsconfig.json',
    ])
      await cp(join(root, file), at(file), { recursive: true });
    await symlink(join(root, 'node_modules'), at('node_modules'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('passes the routes as they are', async () => {
    expect(await check()).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it.each([
    ["@Title('See roles')", '', ["RolesController.index (GET /admin/roles) needs a title: @Title('...')"]],
    ['@Administration()', '', ['index', 'show', 'edit'].map((name) => `RolesController.${name} `)],
    [
      "@Title('See a role')",
      "@Title('')",
      ["RolesController.show (GET /admin/roles/:id) needs a title: @Title('...')"],
    ],
  ])('fails without %s, and names what lacks it', async (written, instead, named) => {
    const { code, stderr } = await checkedWith('src/admin/roles/roles.controller.ts', written, instead);
    const lacking = stderr.split('\n').filter((line) => / needs an? /.test(line));
    expect([code, lacking]).toEqual([1, named.map((name) => expect.stringContaining(name) as string)]);
  });

  it('fails where the file is another, and shows the difference alone', async () => {
    const { code, stderr } = await checkedWith('access.lock', '  opens for: Admin\n', '  opens for: User, Admin\n');
    expect(code).toBe(1);
    expect(stderr.split('\n').filter((line) => /^[+-] /.test(line))).toEqual([
      '-  opens for: User, Admin',
      '+  opens for: Admin',
    ]);
  });
});
