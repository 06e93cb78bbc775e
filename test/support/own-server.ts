import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createConnection, type Connection } from 'mysql2/promise';
import { freePort } from './free-port';

/** A MariaDB of a test's own, with settings of its own, in a temporary folder. Needs `mariadbd` and `mariadb-install-db`. */
export class OwnServer {
  private constructor(
    readonly folder: string,
    readonly port: number,
    private process: ChildProcess,
    private readonly options: readonly string[],
  ) {}

  static async start(options: readonly string[] = []): Promise<OwnServer> {
    const folder = await mkdtemp(join(tmpdir(), 'mfo-server-'));
    run('mariadb-install-db', [
      '--no-defaults',
      `--datadir=${join(folder, 'data')}`,
      // A server that starts removes what it takes for its own leftovers, also those of another in the same folder.
      `--tmpdir=${folder}`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
      ...asRoot(),
    ]);
    const port = await freePort();
    const server = new OwnServer(folder, port, launch(folder, port, options), options);
    await server.answers();
    return server;
  }

  /** Its general log: every statement as it arrived. */
  log(): Promise<string> {
    return readFile(join(this.folder, 'general.log'), 'utf8');
  }

  /** A connection past the programs, through its socket. */
  connect(): Promise<Connection> {
    return createConnection({ socketPath: join(this.folder, 'socket'), user: 'root' });
  }

  async run(...statements: string[]): Promise<void> {
    const connection = await this.connect();
    try {
      for (const statement of statements) await connection.query(statement);
    } finally {
      await connection.end();
    }
  }

  async halt(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = once(this.process, 'exit');
    this.process.kill(signal);
    await ended;
  }

  async resume(): Promise<void> {
    this.process = launch(this.folder, this.port, this.options);
    await this.answers();
  }

  async remove(): Promise<void> {
    await this.halt('SIGKILL');
    await rm(this.folder, { recursive: true, force: true });
  }

  private async answers(): Promise<void> {
    for (;;) {
      try {
        return await (await this.connect()).end();
      } catch (error) {
        if (this.process.exitCode !== null)
          throw new Error(`mariadbd did not start:\n${await readFile(join(this.folder, 'error.log'), 'utf8')}`, {
            cause: error,
          });
        await pause(100);
      }
    }
  }
}

function launch(folder: string, port: number, options: readonly string[]): ChildProcess {
  const own = [
    '--no-defaults',
    `--datadir=${join(folder, 'data')}`,
    `--tmpdir=${folder}`,
    `--socket=${join(folder, 'socket')}`,
    `--pid-file=${join(folder, 'pid')}`,
    `--log-error=${join(folder, 'error.log')}`,
    '--bind-address=127.0.0.1,::1',
    `--port=${port}`,
    '--general-log=1',
    `--general-log-file=${join(folder, 'general.log')}`,
    // Small and quick: what is committed outlives the server, even killed, but not the machine.
    '--innodb-flush-log-at-trx-commit=2',
    '--innodb-buffer-pool-size=32M',
  ];
  return spawn('mariadbd', [...own, ...asRoot(), ...options], { stdio: 'ignore' });
}

function asRoot(): string[] {
  return process.getuid?.() === 0 ? ['--user=root'] : [];
}

function run(program: string, words: readonly string[]): void {
  const { status, stderr, error } = spawnSync(program, words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} failed:\n${stderr ?? ''}`, { cause: error });
}

/** A certificate that nobody has signed but itself, and its key. */
export function selfSigned(folder: string): { certificate: string; key: string } {
  const [certificate, key] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  run('openssl', [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '30',
    ...subject,
    '-keyout',
    key,
    '-out',
    certificate,
  ]);
  return { certificate, key };
}
