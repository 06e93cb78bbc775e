import { ConsoleLogger, type LogLevel } from '@nestjs/common';
import type { Settings } from '../config/settings';

type Level = Settings['LOG_LEVEL'];

const levels: Record<Level, LogLevel[]> = {
  error: ['fatal', 'error'],
  warn: ['fatal', 'error', 'warn'],
  info: ['fatal', 'error', 'warn', 'log'],
  debug: ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'],
};

/** What Nest says of its own modules while it starts is of interest to those who debug it. */
const framework = ['NestFactory', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestApplication'];

/** Where Nest logs why a start failed, before it throws the same. */
const startFailures: unknown[] = ['ExceptionHandler', 'NestApplication'];

/** JSON lines in production, readable ones elsewhere. */
export function siteLogger({ LOG_LEVEL, isProduction }: Settings): ConsoleLogger {
  return new SiteLogger(LOG_LEVEL, isProduction);
}

const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });

interface Event {
  event: string;
  error?: string;
}

function isEvent(message: unknown): message is Event {
  return typeof message === 'object' && message !== null && 'event' in message;
}

/** `password changed user=7 ip=127.0.0.1`, and the stack of an error on lines of its own. */
function eventInWords({ event, error, ...fields }: Event): string {
  const words = Object.entries(fields).map(([name, value]) => `${name}=${valueInWords(value)}`);
  const line = [event, ...words].join(' ');
  return error === undefined ? line : `${line}\n${error}`;
}

function valueInWords(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined');
  return /^[^\s"=]+$/.test(text) ? text : JSON.stringify(text);
}

/** JSON leaves them as they are, and viewers of logs take them for ends of lines or orders to a terminal. */
function withoutControls(text: string): string {
  return text.replace(/[\x7f-\x9f\u2028\u2029]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

class SiteLogger extends ConsoleLogger {
  constructor(
    private readonly level: Level,
    json: boolean,
  ) {
    super({
      json,
      colors: !json && Boolean(process.stdout.isTTY),
      logLevels: levels[level],
      compact: true,
    });
  }

  override log(message: unknown, ...more: unknown[]): void {
    const context = more.at(-1);
    if (this.level !== 'debug' && typeof context === 'string' && framework.includes(context)) return;
    super.log(message, ...more);
  }

  /** For people: the time of day, and fields as words. */
  protected override getTimestamp(): string {
    return clock.format(Date.now());
  }

  protected override formatPid(): string {
    return '';
  }

  protected override stringifyMessage(message: unknown, level: LogLevel): string {
    return withoutControls(super.stringifyMessage(isEvent(message) ? eventInWords(message) : message, level));
  }

  protected override stringifyJsonLogObject(line: Record<string, unknown>): string {
    return withoutControls(super.stringifyJsonLogObject(line));
  }

  /** Why a start failed is said once, in words, by the program that fails. */
  override error(message: unknown, ...more: unknown[]): void {
    if (!startFailures.includes(more.at(-1))) super.error(message, ...more);
  }
}
