import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { text } from 'node:stream/consumers';
import { sqliteDriver, type SqliteDriver } from '../src/database/sqlite-driver';
import { developersInstallation, type Installation } from './support/installation';
import { Person } from './support/person';
import { cli, cliProcess, Program, SiteProcess, type Ended } from './support/processes';
import { productionSecrets, superuser, testEnvironment } from './support/site';

let SqliteFile: SqliteDriver;
beforeAll(async () => {
  SqliteFile = await sqliteDriver();
});

const started: Program[] = [];
const folders: string[] = [];
afterAll(async () => {
  await Promise.all(started.map((program) => program.signal('SIGKILL')));
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
});

/** A path in a folder that is not there yet. */
async function newPath(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mfo-file-'));
  folders.push(folder);
  return join(folder, 'data', 'mfo.sqlite');
}

function start(path: string, more: Record<string, string> = {}): SiteProcess {
  const site = new SiteProcess({ ...testEnvironment(`sqlite:${path}`), ...more });
  started.push(site);
  return site;
}

/** Holds SQLite's write lock as another program would, until it is let go. */
function hold(path: string): { letGo(): void } {
  const holder = new SqliteFile(path);
  holder.exec('BEGIN IMMEDIATE');
  return {
    letGo: () => {
      holder.exec('ROLLBACK');
      holder.close();
    },
  };
}

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);
const hasTrace = /^\s+at .*\(?.*:\d+:\d+/m;

describe('while another program holds the write lock', () => {
  let path: string;
  let site: SiteProcess;
  let origin: string;
  let admin: Person;

  beforeAll(async () => {
    path = await newPath();
    site = start(path);
    origin = await site.origin();
    admin = new Person(origin);
    expect((await admin.signIn(superuser.email, superuser.password)).status).toBe(303);
  });

  const registration = (i: number) => new Person(origin).register(`held${i}@example.org`, 'a password of a user');
  const addresses = () => {
    const file = new SqliteFile(path, { readonly: true });
    const rows = file.prepare("SELECT email FROM users WHERE email LIKE 'held%'").all() as { email: string }[];
    file.close();
    return rows.map(({ email }) => email);
  };

  it('the site answers and reads go on, what writes is put off with a sentence, and nothing is lost', async () => {
    const lock = hold(path);
    let answered = 0;
    const writes = Array.from({ length: 8 }, (_, i) => registration(i).finally(() => answered++));
    const byProgram = new Person(origin).post('/login', superuser, { accept: 'application/json' });
    for (let i = 0; i < 10; i++) {
      const pages = [
        new Person(origin).get('/health/live'),
        new Person(origin).get('/'),
        admin.get('/account'),
        admin.get('/admin'),
      ];
      expect((await Promise.all(pages)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
      if (i === 0) expect(answered).toBe(0);
    }
    for (const page of await Promise.all(writes)) {
      expect(page.status).toBe(503);
      expect(Number(page.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(page.h1).toBe('Not available just now');
    }
    const problem = await byProgram;
    expect(problem.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(problem.json()).toMatchObject({
      status: 503,
      detail: expect.stringContaining('try again in a moment') as string,
    });
    lock.letGo();
    expect(addresses()).toEqual([]);
    expect((await registration(100)).status).toBe(303);
    expect(addresses()).toEqual(['held100@example.org']);
    expect(site.stdout + site.stderr).not.toMatch(hasTrace);
  });

  it('a short wait is no failure', async () => {
    const lock = hold(path);
    const waiting = registration(101);
    await pause(500);
    lock.letGo();
    expect((await waiting).status).toBe(303);
  });

  it('a command, and a site that starts, say so in a line and exit 1', async () => {
    const lock = hold(path);
    const environment = testEnvironment(`sqlite:${path}`);
    const ends = await Promise.all([
      cliProcess(environment, ['users', 'deactivate', superuser.email]),
      cliProcess(environment, ['roles', 'create', 'Crew']),
      cliProcess(environment, ['seed']),
      start(path).ended,
    ]);
    lock.letGo();
    for (const { code, stderr } of ends)
      expect([code, stderr]).toEqual([
        1,
        `The database ${path} is held by another program. Try again when it is done.\n`,
      ]);
  });
});

describe('a file that is removed or replaced under the running site', () => {
  it.each(['removed', 'replaced'])('%s: nothing is accepted that would be lost with it', async (how) => {
    const path = await newPath();
    const site = start(path);
    const origin = await site.origin();
    const before = await new Person(origin).register('before@example.org', 'a password of a user');
    await rename(path, `${path}.aside`);
    if (how === 'replaced') await writeFile(path, await readFile(`${path}.aside`));
    const after = await new Person(origin).register('after@example.org', 'a password of a user');
    const more = await new Person(origin).register('more@example.org', 'a password of a user');
    const ready = await new Person(origin).get('/health/ready');
    expect([before.status, after.status, more.status, ready.status]).toEqual([303, 503, 503, 503]);
    expect((await new Person(origin).get('/health/live')).status).toBe(200);
    const told = site.stdout.split('\n').filter((line) => line.includes('database unavailable'));
    expect(told).toEqual([
      expect.stringMatching(/POST \/register.*its file was removed or replaced\. Start the site again\./),
    ]);
    expect(site.stdout + site.stderr).not.toMatch(hasTrace);
  });
});

describe('folder and files', () => {
  it('are made for their owner only, whatever the umask', async () => {
    const path = await newPath();
    const umask = process.umask(0);
    const site = start(path, { NODE_ENV: 'production', ...productionSecrets });
    process.umask(umask);
    const person = new Person(await site.origin());
    await person.signIn('boss@example.org', superuser.password);
    const made = ['', '-wal', '-shm', '.lock'].map(async (end) => [end, await modeOf(path + end)]);
    expect(await Promise.all(made)).toEqual([
      ['', '600'],
      ['-wal', '600'],
      ['-shm', '600'],
      ['.lock', '600'],
    ]);
    expect(await modeOf(join(path, '..'))).toBe('700');
    expect(site.stdout).not.toContain('other users of this machine');
  });

  it('that others may read are warned about in production, with the command that closes them', async () => {
    const path = await newPath();
    await start(path, productionSecrets)
      .origin()
      .then(() => started.at(-1)!.signal('SIGTERM'));
    await chmod(path, 0o644);
    await chmod(join(path, '..'), 0o755);
    const site = start(path, { NODE_ENV: 'production', ...productionSecrets });
    await site.origin();
    expect(site.stdout).toContain(`${path} is open to other users of this machine (mode 0644). Run: chmod 600 ${path}`);
    expect(site.stdout).toContain(`(mode 0755). Run: chmod 700 ${join(path, '..')}`);
    const development = start(path, productionSecrets);
    await development.origin();
    expect(development.stdout).not.toContain('other users of this machine');
  });
});

describe('a database that can’t be used is a sentence on standard error, from the site and from a command', () => {
  async function failures(path: string): Promise<string[]> {
    const environment = testEnvironment(`sqlite:${path}`);
    const ended = [await start(path).ended, await cli(environment, ['seed'])];
    return ended.map(({ code, stdout, stderr }) => `${code} ${stdout}${stderr.trim()}`);
  }

  it('where a folder has its name', async () => {
    const path = await newPath();
    await mkdir(path, { recursive: true });
    const sentence = `1 The database ${path} can't be opened: it is a folder; DATABASE_URL must name a file in it.`;
    expect(await failures(path)).toEqual([sentence, sentence]);
  });

  it('where a file has the name of its folder', async () => {
    const path = await newPath();
    await writeFile(join(path, '..'), 'a file');
    const sentence = `1 The database ${path} can't be opened: ${join(path, '..')} is no folder.`;
    expect(await failures(path)).toEqual([sentence, sentence]);
  });

  it('where the system can’t say what its name leads to', async () => {
    const path = await newPath();
    await mkdir(join(path, '..'));
    await symlink(path, path);
    const sentence = `1 The database ${path} can't be opened: ELOOP: too many symbolic links encountered, stat '${path}'`;
    const listed = await cli(testEnvironment(`sqlite:${path}`), ['users', 'list']);
    expect([...(await failures(path)), `${listed.code} ${listed.stdout}${listed.stderr.trim()}`]).toEqual([
      sentence,
      sentence,
      sentence,
    ]);
  });

  it('where it is no database', async () => {
    const path = await newPath();
    await mkdir(join(path, '..'));
    await writeFile(
      path,
      'not a database, but long enough to be looked at by anybody who would open it as one '.repeat(30),
    );
    for (const failure of await failures(path))
      expect(failure).toBe(`1 The database ${path} can't be opened: file is not a database`);
  });

  it('where there is none yet, for a command that doesn’t make one', async () => {
    const path = await newPath();
    const ended = await cli(testEnvironment(`sqlite:${path}`), ['users', 'list']);
    expect(ended).toEqual({
      code: 1,
      stdout: '',
      stderr: `The database ${path} is not up to date. Run "npm run seed" first.\n`,
    });
    await expect(stat(join(path, '..'))).rejects.toThrow('ENOENT');
  });
});

describe('relative to the project', () => {
  let installation: Installation;
  beforeAll(async () => {
    installation = await developersInstallation();
  });
  afterAll(() => installation.remove());

  /** Runs a program of the installation from another folder. */
  function elsewhere(...words: string[]): Promise<Ended> {
    const environment: Record<string, string> = testEnvironment('sqlite:data/mfo.sqlite');
    const child = spawn(process.execPath, words, { cwd: tmpdir(), env: { PATH: process.env.PATH, ...environment } });
    return Promise.all([text(child.stdout), text(child.stderr)]).then(([stdout, stderr]) => ({
      code: child.exitCode,
      stdout,
      stderr,
    }));
  }

  it('a path leads every program to one file, from wherever it is started, and messages name it', async () => {
    const command = join(installation.folder, 'dist/cli.js');
    expect((await elsewhere(command, 'users', 'list')).stderr).toBe(
      'The database data/mfo.sqlite is not up to date. Run "npm run seed" first.\n',
    );
    expect((await elsewhere(command, 'seed')).stderr).toBe('');
    await stat(join(installation.folder, 'data/mfo.sqlite'));
    const listed = new Program(
      'dist/cli.js',
      ['users', 'list'],
      testEnvironment('sqlite:data/mfo.sqlite'),
      installation.folder,
    );
    expect((await listed.ended).stdout).toContain(superuser.email);
    await expect(stat(join(tmpdir(), 'data/mfo.sqlite'))).rejects.toThrow('ENOENT');
  });
});

describe('a database that a newer program has migrated', () => {
  async function withMigration(name: string): Promise<string> {
    const path = await newPath();
    expect((await cli(testEnvironment(`sqlite:${path}`), ['seed'])).stderr).toBe('');
    const file = new SqliteFile(path);
    file.prepare('INSERT INTO migrations (timestamp, name) VALUES (?, ?)').run(1999999999999, name);
    file.close();
    return path;
  }

  it('is refused by the site and by commands, which change nothing', async () => {
    const path = await withMigration('AddStages1999999999999');
    const before = await readFile(path);
    const sentence = `The database ${path} belongs to a newer version of this program (it has AddStages1999999999999). Install that version, or restore a backup from before.\n`;
    for (const ended of [
      await start(path).ended,
      await cli(testEnvironment(`sqlite:${path}`), ['seed']),
      await cli(testEnvironment(`sqlite:${path}`), ['users', 'list']),
    ])
      expect([ended.code, ended.stderr]).toEqual([1, sentence]);
    expect(await readFile(path)).toEqual(before);
  });

  it('is used, and logged, where the migration belongs to a feature that is gone', async () => {
    const path = await withMigration('tents/AddTents1999999999999');
    const site = start(path);
    expect((await new Person(await site.origin()).get('/health/ready')).status).toBe(200);
    expect(site.stdout).toContain('features that this program does not have: tents/AddTents1999999999999');
    expect(await cli(testEnvironment(`sqlite:${path}`), ['users', 'list'])).toMatchObject({ code: 0, stderr: '' });
  });
});
