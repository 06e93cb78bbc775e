import { fork, type ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { join } from 'node:path';
import { simpleParser, type ParsedMail } from 'mailparser';

interface Refusal {
  code: number;
  text: string;
}

/** What the server answers in place of accepting. */
export interface Answers {
  from?: Refusal;
  /** By address; `*` for every other one. */
  to?: Record<string, Refusal>;
  data?: Refusal;
  /** It takes the whole mail and never answers. */
  silent?: boolean;
}

interface Listening {
  tls?: { key: string; cert: string; fromStart?: boolean };
  credentials?: { user: string; password: string };
}

export interface ReceivedMail extends ParsedMail {
  /** Of the envelope. */
  sentTo: string[];
  sentFrom: string;
  isSecure: boolean;
  raw: string;
}

type Said = { mail: string; to: string[]; from: string; isSecure: boolean };

/** A real mail server, in a process of its own. */
export class MailServer {
  readonly mails: ReceivedMail[] = [];
  /** To whom mails came that it never answered. */
  readonly heard: string[] = [];
  port = 0;
  private readonly arrived = new EventEmitter();

  private constructor(private readonly child: ChildProcess) {}

  static async start(listening: Listening = {}): Promise<MailServer> {
    const child = fork(join(__dirname, 'mail-host.mjs'), { execArgv: [], env: { PATH: process.env.PATH } });
    await once(child, 'message');
    const server = new MailServer(child);
    child.on('message', (said: Partial<Said> & { heard?: string[] }) => void server.receive(said));
    await server.open(listening);
    return server;
  }

  get url(): string {
    return `smtp://127.0.0.1:${this.port}`;
  }

  /** On the same port as before. */
  async open(listening: Listening = {}): Promise<void> {
    const [{ port }] = (await this.order({ listen: listening })) as [{ port: number }];
    this.port = port;
  }

  async close(): Promise<void> {
    await this.order({ close: true });
  }

  async answer(answers: Answers): Promise<void> {
    await this.order({ answers });
  }

  /** As soon as so many mails to this address are there, of those that link to this path: the last of them. */
  async mailTo(address: string, count = 1, path = ''): Promise<ReceivedMail> {
    for (;;) {
      const found = this.mailsTo(address, path);
      if (found.length >= count) return found.at(-1)!;
      await once(this.arrived, 'mail');
    }
  }

  /** Where the link leads that the mail has with this in it. */
  async pathTo(address: string, path: string, count = 1): Promise<string> {
    return new URL(linkIn(await this.mailTo(address, count, path), path)).pathname;
  }

  mailsTo(address: string, path = ''): ReceivedMail[] {
    return this.mails.filter(({ sentTo, text }) => sentTo.includes(address) && (text ?? '').includes(path));
  }

  async untilHeard(address: string): Promise<void> {
    while (!this.heard.includes(address)) await once(this.arrived, 'mail');
  }

  stop(): void {
    this.child.kill('SIGKILL');
  }

  private async order(order: object): Promise<unknown[]> {
    this.child.send(order);
    for (;;) {
      const [said] = (await once(this.child, 'message')) as [object];
      if ('port' in said || 'done' in said) return [said];
    }
  }

  private async receive({ mail, to = [], from = '', isSecure = false, heard }: Partial<Said> & { heard?: string[] }) {
    if (mail !== undefined) {
      const raw = Buffer.from(mail, 'base64').toString();
      this.mails.push({ ...(await simpleParser(raw)), sentTo: to, sentFrom: from, isSecure, raw });
    }
    if (heard) this.heard.push(...heard);
    this.arrived.emit('mail');
  }
}

/** The address in a mail that leads to this path. */
export function linkIn({ text = '' }: ParsedMail, path: string): string {
  const link = text.split(/\s/).find((word) => word.startsWith('http') && word.includes(path));
  if (!link) throw new Error(`The mail links to no ${path}:\n${text}`);
  return link;
}
