import {
  fork,
  spawn,
  type ChildProcess,
  type ChildProcessWithoutNullStreams,
  type ForkOptions,
} from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pLimit from 'p-limit';
import { Person } from './person';

type Variables = Record<string, string>;

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

const root = join(__dirname, '../..');
/** More at once would only wait for each other. */
const fewAtOnce = pLimit(4);

/** Runs the built command line as a process, with nothing in its environment but these variables. */
export function cliProcess(environment: Variables, words: readonly string[], input = ''): Promise<Ended> {
  return fewAtOnce(() => {
    const program = new Program('dist.unchecked/cli.js', words, environment);
    program.child.stdin.end(input);
    return program.ended;
  });
}

let host: Promise<ChildProcess> | null = null;
const oneAtATime = pLimit(1);

/** The same for what is not about the process itself: all commands of a spec share one, one after the other, which is quicker. */
export function cli(environment: Variables, words: readonly string[], input = ''): Promise<Ended> {
  return oneAtATime(async () => {
    const child = await (host ??= startHost());
    child.send({ environment, words, input });
    const [ended] = (await once(child, 'message')) as [Ended];
    return ended;
  });
}

async function startHost(): Promise<ChildProcess> {
  const child = fork(join(__dirname, 'command-host.mjs'), { cwd: root, env: { PATH: process.env.PATH }, execArgv: [] });
  child.once('exit', () => child.emit('error', new Error('The process of the commands has ended.')));
  await once(child, 'message');
  return child;
}

afterAll(async () => (await host)?.removeAllListeners('exit').disconnect());

/** A program of this project as a process of its own. */
export class Program {
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<Ended>;
  stdout = '';
  stderr = '';

  constructor(path: string, words: readonly string[], environment: Variables, folder = root) {
    const env = { PATH: process.env.PATH, ...environment };
    this.child = spawn(process.execPath, [join(folder, path), ...words], { cwd: folder, env });
    this.child.stdout.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    // A program that has ended reads no more.
    this.child.stdin.on('error', () => undefined);
    this.ended = new Promise((resolve, reject) => {
      this.child.on('error', reject);
      this.child.on('close', (code) => resolve({ code, stdout: this.stdout, stderr: this.stderr }));
    });
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  signal(name: NodeJS.Signals): Promise<Ended> {
    this.child.kill(name);
    return this.ended;
  }

  /** What `pattern` captures of the standard output, as soon as it is there. @throws when the program ends without it */
  async says(pattern: RegExp): Promise<string> {
    for (;;) {
      const match = pattern.exec(this.stdout);
      if (match) return match[1] ?? match[0];
      if (this.hasEnded) throw new Error(`It ended without saying ${String(pattern)}:\n${this.stdout}${this.stderr}`);
      await pause(20);
    }
  }

  /** Where it listens, once it serves the site. */
  origin(): Promise<string> {
    return this.says(/listening on (http:[^\s"]+)[\s"]/);
  }
}

/** The site as a process of its own, on a free port. */
export class SiteProcess extends Program {
  constructor(environment: Variables) {
    super('dist.unchecked/main.js', [], { ...environment, LOG_LEVEL: 'info', PORT: '0' });
  }

  async visitor(): Promise<Person> {
    return new Person(await this.origin());
  }
}

/** A process that changes users and roles as the operator when it is told to, and answers "done" or with the name of a refusal. */
export class OperatorProcess {
  private constructor(private readonly child: ChildProcess) {}

  static async start(environment: Variables): Promise<OperatorProcess> {
    const env = { PATH: process.env.PATH, ...environment };
    // So serialised, a moment arrives as a moment.
    const options: ForkOptions = { env, execArgv: [], serialization: 'advanced' };
    const operator = new OperatorProcess(fork(join(__dirname, 'operator.mjs'), options));
    await operator.answer();
    return operator;
  }

  async order(...words: unknown[]): Promise<string> {
    const [said] = await this.orderAtOnce([words]);
    return said!;
  }

  /** @returns the answer to each. */
  orderAtOnce(orders: readonly unknown[][]): Promise<string[]> {
    const answered = this.answer();
    this.child.send(orders);
    return answered as Promise<string[]>;
  }

  stop(): void {
    this.child.kill();
  }

  private async answer(): Promise<unknown> {
    const [said] = (await once(this.child, 'message')) as [unknown];
    return said;
  }
}
