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
      ...(json ? {} : { prefix: 'mfo' }),
    });
  }

  override log(message: unknown, ...more: unknown[]): void {
    const context = more.at(-1);
    if (this.level !== 'debug' && typeof context === 'string' && framework.includes(context)) return;
    super.log(message, ...more);
  }

  /** Why a start failed is said once, in words, by the program that fails. */
  override error(message: unknown, ...more: unknown[]): void {
    if (!startFailures.includes(more.at(-1))) super.error(message, ...more);
  }
}
