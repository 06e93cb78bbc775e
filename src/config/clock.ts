import { Injectable } from '@nestjs/common';

/** The one source of "now" for decisions, sessions and records. */
@Injectable()
export class Clock {
  now(): Date {
    return new Date();
  }
}
