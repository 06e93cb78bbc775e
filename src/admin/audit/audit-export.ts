import type { AuditEvent } from '../../audit/audit-event.entity';
import { inUtc } from '../../audit/chain';
import { personOf } from '../../audit/describe-event';
import { csvHead, csvLine, type Cell } from '../csv';

type Row = Record<string, Cell>;

const columns = ['sequence', 'at', 'actor', 'action', 'subject', 'before', 'after', 'reason', 'requestId', 'hash'];
const ofPersons = ['email', 'name', 'ip'];

/** Events as lines of a file, page by page, so that any number fits in memory. */
export async function* linesOf(
  pages: AsyncIterable<AuditEvent[]>,
  format: 'csv' | 'jsonl',
  withPersons: boolean,
): AsyncGenerator<string> {
  if (format === 'csv') yield csvHead([...columns, ...(withPersons ? ofPersons : [])]);
  for await (const page of pages) {
    const rows = page.map((event) => rowOf(event, withPersons));
    yield rows.map((row) => (format === 'csv' ? csvLine(Object.values(row)) : `${JSON.stringify(row)}\n`)).join('');
  }
}

function rowOf(event: AuditEvent, withPersons: boolean): Row {
  const { sequence, at, actor, action, subject, before, after, reason, ip, requestId, hash } = event;
  const row = { sequence, at: inUtc(at), actor, action, subject, before, after, reason, requestId, hash };
  return withPersons ? { ...row, ...personOf(event), ip } : row;
}
