import type { Site } from './site';
import { Database } from '../../src/database/database';

const tables = [
  'access_state',
  'users',
  'roles',
  'permissions',
  'role_permissions',
  'grants',
  'sessions',
  'password_links',
  'audit_events',
];

/** Everything the database holds about who may do what, to compare before and after. */
export async function dump(site: Site): Promise<Record<string, unknown[]>> {
  const { read } = site.app.get(Database);
  const rows = await Promise.all(tables.map((table) => read.query<unknown[]>(`SELECT * FROM ${table} ORDER BY 1, 2`)));
  return Object.fromEntries(tables.map((table, i) => [table, rows[i] ?? []]));
}
