import { Logger } from '@nestjs/common';

const MOST_CAUSES = 20;

/** Warnings that strangers can bring about: each cause is told once in the life of a process, and only so many of them. */
export class RareWarnings {
  private readonly logger: Logger;
  private readonly told = new Set<string>();

  constructor(context: string) {
    this.logger = new Logger(context);
  }

  warn(cause: string, sentence: string): void {
    if (this.told.has(cause) || this.told.size >= MOST_CAUSES) return;
    this.told.add(cause);
    this.logger.warn(sentence);
  }
}
