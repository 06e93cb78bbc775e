import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { emptyDatabase } from './support/database';
import { developersInstallation, type Installation } from './support/installation';
import { testEnvironment } from './support/site';

describe('the site ends, and frees its port, with', () => {
  let clone: Installation;
  beforeAll(async () => {
    clone = await developersInstallation();
  });
  afterAll(() => clone.remove());

  it.each<[words: string, NodeJS.Signals]>([
    ['start', 'SIGTERM'],
    ['start', 'SIGHUP'],
    ['start', 'SIGKILL'],
  ])('the npm that started it: npm %s, %s', async (words, signal) => {
    const database = await emptyDatabase();
    const { PATH, HOME } = process.env;
    const env = { ...testEnvironment(database.url), PATH, HOME, LOG_LEVEL: 'info' };
    const npm = spawn('npm', words.split(' '), { cwd: clone.folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [npm.stdout, npm.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (said += text));
    const outputsEnd = Promise.all([once(npm.stdout, 'end'), once(npm.stderr, 'end')]);
    let origin: string | undefined;
    while (!(origin = /listening on (http:[^\s"]+)/.exec(said)?.[1])) {
      if (npm.exitCode !== null) throw new Error(said);
      await pause(50);
    }
    expect((await fetch(`${origin}/health/live`)).status).toBe(200);
    npm.kill(signal);
    // Whatever holds them is a process that npm left behind.
    await outputsEnd;
    await expect(fetch(`${origin}/health/live`)).rejects.toThrow('fetch failed');
    await database.drop();
  });
});
