import type { EntityManager } from 'typeorm';

/** What migrations can't do by themselves: they know neither the settings nor the rest of the house. */
export interface MigrationHelp {
  /** Chains an audit log that was kept before there was a chain. @returns its newest event */
  chainOldLog(manager: EntityManager): Promise<{ sequence: number; hash: string }>;
}
