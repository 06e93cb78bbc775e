import { Database } from '../../src/database/database';
import type { Site } from './site';

/** What is written of a refusal too, beside what it refuses. */
const ofAttempts = ['sign_in_events', 'daily_figures', 'rate_limits'];

/** Everything the database holds about who may do what, in whichever table, to compare before and after. */
export async function dump(site: Site): Promise<Record<string, unknown[]>> {
  const { read } = site.app.get(Database);
  const tables = read.connection.entityMetadatas.map(({ tableName }) => tableName);
  const compared = tables.filter((table) => !ofAttempts.includes(table));
  const rows = await Promise.all(
    compared.map(async (table) => [table, await read.query<unknown[]>(`SELECT * FROM ${table} ORDER BY 1, 2`)]),
  );
  return Object.fromEntries(rows) as Record<string, unknown[]>;
}
