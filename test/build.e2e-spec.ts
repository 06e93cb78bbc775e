import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Program } from './support/processes';

const root = join(__dirname, '..');

describe('a build', () => {
  let folder: string;
  const at = (path: string) => join(folder, path);
  const said = () => readFile(at('dist/main.js'), 'utf8');
  const builtAt = async () => (await stat(at('dist/main.js'))).mtimeMs;
  const whenNeeded = () => new Program('scripts/build.mjs', ['--when-needed'], {}, folder).ended;
  const write = (word: string) =>
    writeFile(at('src/main.ts'), `import './deep/other';\nexport const word: string = '${word}';\n`);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mfo-build-'));
    for (const file of ['scripts', '.swcrc', 'tsconfig.json', 'package-lock.json'])
      await cp(join(root, file), at(file), { recursive: true });
    // Types of packages are not what this is about, and take most of the time.
    const settings = {
      extends: './tsconfig.json',
      compilerOptions: { incremental: false, types: [] },
      include: ['src'],
    };
    await writeFile(at('tsconfig.build.json'), JSON.stringify(settings));
    await writeFile(at('package.json'), '{}');
    await symlink(join(root, 'node_modules'), at('node_modules'));
    await mkdir(at('src/deep'), { recursive: true });
    await writeFile(at('src/deep/other.ts'), 'export const other = 1;\n');
    await write('first');
    expect(await whenNeeded()).toMatchObject({ code: 0, stdout: '' });
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('is not made again when nothing has changed', async () => {
    const before = await builtAt();
    await utimes(at('src/main.ts'), new Date(), new Date(Date.now() + 60_000));
    await writeFile(at('src/main.spec.ts'), 'a spec is no part of it');
    expect(await whenNeeded()).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await builtAt()).toBe(before);
    await rm(at('src/main.spec.ts'));
  });

  it.each<[string, () => Promise<unknown>]>([
    ['a source has changed', () => write('second')],
    [
      'a source has changed and looks older than the build',
      async () => {
        await write('second');
        await utimes(at('src/main.ts'), 1, 1);
      },
    ],
    ['a source has come', () => writeFile(at('src/cli.ts'), 'export {};\n')],
    ['the packages have changed', () => writeFile(at('package-lock.json'), '{}')],
    ['a built file has gone', () => rm(at('dist/deep/other.js'))],
    ['a built file has been changed', () => writeFile(at('dist/main.js'), '')],
    ['a built file came from elsewhere', () => writeFile(at('dist/deep/old.js'), '')],
    ['a source has gone', () => rm(at('src/cli.ts'))],
  ])('is made again when %s', async (_what, change) => {
    await change();
    expect(await whenNeeded()).toMatchObject({ code: 0, stdout: '' });
    const [, word] = /= '(.+)'/.exec(await readFile(at('src/main.ts'), 'utf8'))!;
    expect(await said()).toContain(`word = '${word}'`);
    const sources = (await readdir(at('src'), { recursive: true })).filter((file) => file.endsWith('.ts'));
    expect((await readdir(at('dist'), { recursive: true })).filter((file) => file.endsWith('.js')).sort()).toEqual(
      [...sources.map((file) => file.replace(/ts$/, 'js')), 'packages.js'].sort(),
    );
    expect(await whenNeeded()).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('of sources that don’t compile changes nothing, and is tried again until they do', async () => {
    const before = await said();
    await writeFile(at('src/main.ts'), 'export const word: string = 1;\n');
    for (let time = 0; time < 2; time += 1) {
      const { code, stdout, stderr } = await whenNeeded();
      expect([code, stdout]).not.toEqual([0, '']);
      expect(stdout + stderr).toMatch(/TS2322/);
      expect(await said()).toBe(before);
    }
    await write('mended');
    expect(await whenNeeded()).toMatchObject({ code: 0 });
    expect(await said()).toContain('mended');
  });

  it('with a source that nothing imports changes nothing, and names it', async () => {
    const before = await said();
    await writeFile(at('src/forgotten.command.ts'), 'export {};\n');
    const { code, stderr } = await whenNeeded();
    expect([code, stderr]).toEqual([1, expect.stringContaining('src/forgotten.command.ts is imported by nothing')]);
    expect(await said()).toBe(before);
    await rm(at('src/forgotten.command.ts'));
  });

  it('with a part of a package of which there would be two copies changes nothing, and says what to do', async () => {
    const before = await said();
    await writeFile(
      at('src/main.ts'),
      "import './deep/other';\nimport 'rxjs/operators';\nexport const word: string = 'parted';\n",
    );
    const { code, stderr } = await whenNeeded();
    expect(code).toBe(1);
    expect(stderr).toMatch(/src\/main\.ts.*rxjs\/operators.*scripts\/packages\.mjs/s);
    expect(await said()).toBe(before);
  });

  it('made several times at once is whole, and leaves nothing beside it', async () => {
    await write('at once');
    const builds = await Promise.all([whenNeeded(), whenNeeded(), whenNeeded()]);
    expect(builds.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(await said()).toContain('at once');
    expect((await readdir(folder)).filter((name) => name.startsWith('dist'))).toEqual(['dist']);
    expect(await whenNeeded()).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('that is not whole is named where it can’t be made', async () => {
    await rm(at('node_modules'));
    expect(await whenNeeded()).toEqual({ code: 0, stdout: '', stderr: '' });
    await rm(at('dist/deep/other.js'));
    const { code, stderr } = await whenNeeded();
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^There is no whole build, .*npm run build/)]);
  });
});
