import { AuditLog } from '../../src/audit/audit-log.service';
import type { Head } from '../../src/audit/chain';
import type { Site } from './site';

/** What `audit verify` would say: the fault, or "none". */
export function faultOf(site: Site, head?: Head): Promise<string> {
  return site.app
    .get(AuditLog)
    .verify(head)
    .then(
      () => 'none',
      (error: Error) => error.message,
    );
}

/** Changes the rows of the log as somebody can who writes past the programs, looks, and puts them back. */
export async function tampered(site: Site, sql: readonly string[], look: () => Promise<void>): Promise<void> {
  const change = (statement: string) => site.database.change(statement);
  await change('CREATE TABLE kept AS SELECT * FROM audit_events');
  await change('CREATE TABLE kept_head AS SELECT * FROM audit_head');
  try {
    for (const statement of sql) await change(statement);
    await look();
  } finally {
    await change('DELETE FROM audit_events');
    await change('INSERT INTO audit_events SELECT * FROM kept');
    await change('DELETE FROM audit_head');
    await change('INSERT INTO audit_head SELECT * FROM kept_head');
    await change('DROP TABLE kept');
    await change('DROP TABLE kept_head');
  }
  expect(await faultOf(site)).toBe('none');
}

/** An event once more, under another number. */
export function copyOf(sequence: number, to: number): string[] {
  return [
    `CREATE TABLE copied AS SELECT * FROM audit_events WHERE sequence = ${sequence}`,
    `UPDATE copied SET sequence = ${to}`,
    'INSERT INTO audit_events SELECT * FROM copied',
    'DROP TABLE copied',
  ];
}
