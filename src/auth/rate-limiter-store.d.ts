declare module 'rate-limiter-flexible/lib/RateLimiterStoreAbstract' {
  import { RateLimiterStoreAbstract, type IRateLimiterOptions, type RateLimiterRes } from 'rate-limiter-flexible';

  /** The library's base of every store; its typings leave out what a store implements. */
  export default abstract class extends RateLimiterStoreAbstract {
    constructor(options: IRateLimiterOptions);
    abstract _upsert(name: string, points: number, durationMs: number, replace: boolean): Promise<unknown>;
    abstract _get(name: string): Promise<unknown>;
    abstract _delete(name: string): Promise<boolean>;
    abstract _getRateLimiterRes(name: string, changedPoints: number, stored: never): RateLimiterRes;
  }
}
