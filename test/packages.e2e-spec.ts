import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptyDatabase, type TestDatabase } from './support/database';
import { Program, SiteProcess } from './support/processes';
import { superuser, testEnvironment } from './support/site';

let database: TestDatabase;
let folder: string;

beforeAll(async () => {
  [database, folder] = await Promise.all([emptyDatabase(), mkdtemp(join(tmpdir(), 'mfo-packages-'))]);
});
afterAll(() => Promise.all([database.drop(), rm(folder, { recursive: true })]));

it('Of what each start loads there is one copy, in one file', async () => {
  const told = join(folder, 'loaded.json');
  const options = `--import ${join(__dirname, 'support/tell-loaded.mjs')}`;
  const site = new SiteProcess({ ...testEnvironment(database.url), NODE_OPTIONS: options, TELL_LOADED: told });
  const person = await site.visitor();
  expect((await person.signIn(superuser.email, superuser.password)).status).toBe(303);
  expect((await person.get('/admin')).status).toBe(200);
  await site.signal('SIGTERM');
  const loaded = JSON.parse(await readFile(told, 'utf8')) as string[];
  const packages = loaded.map((file) => /node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(file)?.[1]).filter(Boolean);
  expect(loaded).toContain(join(__dirname, '../dist.unchecked/packages.js'));
  expect(packages).toContain('bcrypt');
  for (const name of ['@nestjs/common', '@nestjs/core', '@nestjs/typeorm', 'typeorm', 'rxjs', 'express', 'zod'])
    expect(packages).not.toContain(name);
});

it('Its classes have their names, by which errors and logs call them', async () => {
  const path = join(__dirname, '../dist.unchecked/packages.js');
  const ask = `const packages = require(${JSON.stringify(path)});
    console.log(packages.typeorm.QueryFailedError.name, packages['@nestjs/core'].NestApplication.name);`;
  await writeFile(join(folder, 'ask.cjs'), ask);
  const { stdout, stderr } = await new Program('ask.cjs', [], {}, folder).ended;
  expect([stdout, stderr]).toEqual(['QueryFailedError NestApplication\n', '']);
});

it('What a package outside of it needs stays outside too', async () => {
  const project = join(folder, 'project');
  const write = async (path: string, manifest: object) => {
    await mkdir(join(project, path), { recursive: true });
    await writeFile(join(project, path, 'package.json'), JSON.stringify({ main: 'index.js', ...manifest }));
    await writeFile(join(project, path, 'index.js'), `exports.name = '${path}';`);
  };
  await write('', { dependencies: { '@nestjs/common': '1', 'p-limit': '1', cron: '1' } });
  await write('node_modules/cron', { peerDependencies: { '@nestjs/common': '1' } });
  await write('node_modules/@nestjs/common', {});
  await write('node_modules/p-limit', {});
  const script = join(__dirname, '../scripts/packages.mjs');
  const ask = `import { packagesInOneFile } from ${JSON.stringify(script)}; console.log(await packagesInOneFile('.'));`;
  await writeFile(join(project, 'ask.mjs'), ask);
  const { code, stdout, stderr } = await new Program('ask.mjs', [], {}, project).ended;
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toContain('require("../node_modules/@nestjs/common/index.js")');
  expect(stdout).not.toContain('require("../node_modules/p-limit');
  expect(stdout).toContain('.name = "node_modules/p-limit"');
});
