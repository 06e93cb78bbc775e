import type { AuditEvent } from '../audit/audit-event.entity';
import { inUtc } from '../audit/chain';
import { personOf } from '../audit/words';

type Cell = string | number | null;
type Row = Record<string, Cell>;

const columns = [
  'sequence',
  'at',
  'actor',
  'action',
  'subject',
  'before',
  'after',
  'reason',
  'ip',
  'requestId',
  'hash',
];
const ofPersons = ['email', 'name'];

/** Events as lines of a file, page by page, so that any number fits in memory. */
export async function* linesOf(
  pages: AsyncIterable<AuditEvent[]>,
  format: 'csv' | 'jsonl',
  withPersons: boolean,
): AsyncGenerator<string> {
  if (format === 'csv') yield csvLine([...columns, ...(withPersons ? ofPersons : [])]);
  for await (const page of pages) {
    const rows = page.map((event) => rowOf(event, withPersons));
    yield rows.map((row) => (format === 'csv' ? csvLine(Object.values(row)) : `${JSON.stringify(row)}\n`)).join('');
  }
}

function rowOf(event: AuditEvent, withPersons: boolean): Row {
  const { sequence, at, actor, action, subject, before, after, reason, ip, requestId, hash } = event;
  const row = { sequence, at: inUtc(at), actor, action, subject, before, after, reason, ip, requestId, hash };
  return withPersons ? { ...row, ...personOf(event) } : row;
}

/** RFC 4180. A spreadsheet would take a cell that begins like a formula for one, so that one begins with an apostrophe. */
function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(cell: Cell): string {
  const text = cell === null ? '' : String(cell);
  const harmless = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
