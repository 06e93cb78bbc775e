import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { emptyDatabase, type TestDatabase } from './support/database';
import { developersInstallation, type Installation } from './support/installation';
import { Person } from './support/person';
import { Program } from './support/processes';
import { superuser, testEnvironment } from './support/site';

/** What `npm run start:dev` is, in a clone where files are edited. */
describe('while the site is being worked on', () => {
  let clone: Installation;
  let database: TestDatabase;
  let environment: Record<string, string>;
  let watcher: Program;
  let visitor: Person;

  const at = (path: string) => join(clone.folder, path);
  const edit = async (path: string, change: (text: string) => string) =>
    writeFile(at(path), change(await readFile(at(path), 'utf8')));
  const starts = () => watcher.stdout.split('listening on').length - 1;

  async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
    while (!(await holds())) {
      if (watcher.hasEnded) throw new Error(watcher.stdout + watcher.stderr);
      await pause(50);
    }
  }

  /** Changes a source and waits until the site serves it. */
  async function editAndServe(path: string, change: (text: string) => string): Promise<void> {
    const before = starts();
    await edit(path, change);
    await until(() => starts() > before);
  }

  beforeAll(async () => {
    [clone, database] = [await developersInstallation(), await emptyDatabase()];
    const port = String(20_000 + (process.pid % 10_000));
    environment = {
      ...testEnvironment(database.url),
      NODE_ENV: 'development',
      LOG_LEVEL: 'info',
      PORT: port,
      APP_URL: `http://localhost:${port}`,
    };
    watcher = new Program('scripts/start.mjs', ['--watch'], environment, clone.folder);
    visitor = new Person(await watcher.origin());
  });
  afterAll(async () => {
    await watcher.signal('SIGTERM');
    await clone.remove();
    await database.drop();
  });

  it('a saved source is served', async () => {
    await editAndServe('src/home/home.controller.ts', (text) =>
      text.replace(
        /@Get\('?'?\)/,
        "@Get('edited')\n  @Public()\n  edited() {\n    return 'it is edited';\n  }\n\n  $&",
      ),
    );
    expect((await visitor.get('/edited')).body).toBe('it is edited');
  });

  it('views, messages in them and styles are served at once, without a start', async () => {
    const before = starts();
    await edit('views/auth/login.hbs', (text) => text.replace('<h1>', '<h1>Here you '));
    const { body } = await visitor.get('/login');
    expect(body).toContain('<h1>Here you ');
    const addressOfStyle = (page: string) => /href="(\/assets\/site\.css[^"]+)"/.exec(page)![1]!.replace('&#x3D;', '=');
    const first = addressOfStyle(body);
    await edit('public/site.css', (text) => `${text}\n.edited { color: red; }\n`);
    const second = addressOfStyle((await visitor.get('/login')).body);
    expect(second).not.toBe(first);
    expect((await visitor.get(second)).body).toContain('.edited');
    expect(starts()).toBe(before);
  });

  it('what can’t be compiled is told, with its place, and what was there is served on', async () => {
    await edit('src/home/home.module.ts', (text) => `${text}\nconst broken = ;\n`);
    await until(() => watcher.stderr.includes("src/home/home.module.ts can't be compiled"));
    expect(watcher.stderr).toMatch(/home\.module\.ts:\d+/);
    expect(watcher.stderr).not.toMatch(/backtrace/i);
    expect((await visitor.get('/')).status).toBe(200);
    expect(watcher.stderr).toContain('What was there before is served on.');
    await editAndServe('src/home/home.module.ts', (text) => text.replace('\nconst broken = ;\n', ''));
  });

  it('what is wrong with the layout of every page is shown instead of the page', async () => {
    await edit('views/layouts/main.hbs', (text) => `{{#may "GET /nowhere"}}x{{/may}}${text}`);
    const { status, body } = await visitor.get('/login');
    expect([status, body]).toEqual([500, expect.stringContaining('There is no route "GET /nowhere"')]);
    await edit('views/layouts/main.hbs', (text) => text.replace('{{#may "GET /nowhere"}}x{{/may}}', ''));
    expect((await visitor.get('/login')).status).toBe(200);
  });

  it('types are checked beside it: a wrong one is told, one that is not used is a warning, and both are served', async () => {
    await editAndServe('src/home/home.module.ts', (text) => `${text}\nconst wrong: number = 'text';\n`);
    await until(() => /src\/home\/home\.module\.ts\(\d+,\d+\): type error TS2322/.test(watcher.stdout));
    await until(() => /src\/home\/home\.module\.ts\(\d+,\d+\): warning TS6133/.test(watcher.stdout));
    expect((await visitor.get('/')).status).toBe(200);
  });

  it('a command runs what is being edited, and builds nothing', async () => {
    const built = await readFile(at('dist/main.js'), 'utf8');
    await editAndServe('src/command-line/output.ts', (text) => text.replace('`${sentence}', '`Edited: ${sentence}'));
    const doctor = new Program('scripts/run.mjs', ['cli.js', 'doctor'], environment, clone.folder);
    expect((await doctor.ended).stdout).toMatch(/^Edited: /);
    expect(await readFile(at('dist/main.js'), 'utf8')).toBe(built);
  });

  it('a page that fails shows why, at a line of src/, with its query, and so does the log', async () => {
    await editAndServe('src/home/home.controller.ts', (text) =>
      text
        .replace('edited() {', 'async edited() {')
        .replace("return 'it is edited';", 'return await this.database.read.query("SELECT 1 FROM nowhere");')
        .replace(/(export class \w+ \{)/, '$1\n  @Inject(Database) private readonly database!: Database;\n')
        .replace(/^/, "import { Inject } from '@nestjs/common';\nimport { Database } from '../database/database';\n"),
    );
    const page = await visitor.get('/edited');
    expect([page.status, page.h1]).toEqual([500, 'Something went wrong']);
    for (const told of [page.body, watcher.stderr]) {
      expect(told).toMatch(/src\/home\/home\.controller\.ts:\d+/);
      expect(told).toContain('SELECT 1 FROM nowhere');
    }
    expect((await visitor.get('/edited', { accept: 'application/json' })).json()).toMatchObject({
      route: 'GET /edited',
      error: expect.stringContaining('home.controller.ts') as string,
    });
  });

  it('the log is for people: a line each, fields as words, and a stack on lines of its own', async () => {
    expect((await visitor.signIn(superuser.email, superuser.password)).status).toBe(303);
    expect(watcher.stderr).toMatch(
      /^\d\d:\d\d:\d\d +ERROR \[Errors\] request failed route="GET \/edited" requestId=\S+\n\w*Error: .+\n +at /m,
    );
    expect(watcher.stdout + watcher.stderr).not.toMatch(/Object\(\d+\)|\\n/);
  });

  it('a start that fails is told, with its place and its query, and the next change starts it again', async () => {
    const [sound, broken] = ['await this.key.ensure(manager);', "await manager.query('SELECT 2 FROM nowhere');"];
    await edit('src/seed/seeder.ts', (text) => text.replace(sound, broken));
    await until(() => watcher.stderr.includes('It is started again with the next change'));
    expect(watcher.stderr).toMatch(/\(src\/seed\/seeder\.ts:\d+:\d+\)\n(.*\n)*The query was: SELECT 2 FROM nowhere/);
    await editAndServe('src/seed/seeder.ts', (text) => text.replace(broken, sound));
    expect((await visitor.get('/')).status).toBe(200);
  });

  it('it ends with its watcher, and a command builds again', async () => {
    const { code } = await watcher.signal('SIGTERM');
    expect(code).toBe(0);
    await expect(visitor.get('/')).rejects.toThrow('fetch failed');
    expect(existsSync(at('dist.unchecked/.watcher'))).toBe(false);
    const doctor = await new Program('scripts/run.mjs', ['cli.js', 'doctor'], environment, clone.folder).ended;
    expect([doctor.code, doctor.stderr]).toEqual([1, expect.stringContaining('TS2322')]);
  });
});
