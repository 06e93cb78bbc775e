import type { Rule } from './rule';

/** A method and a path, what they demand, and what people call them. */
export interface Route {
  readonly method: string;
  readonly path: string;
  readonly rule: Rule;
  /** What somebody does there, in their words, and the part of the site it belongs to; null where that isn't said. */
  readonly title: string | null;
  readonly area: string | null;
  /** Other words that people look for it by. */
  readonly keywords: string;
  /** `Controller.method` */
  readonly handler: string;
  /** Whether it opens to somebody who must set up a second factor first, and has not. */
  readonly opensBeforeSecondFactor: boolean;
  /** What a GET answers to who is let in: the page, or the way to another. */
  readonly status: number;
}
