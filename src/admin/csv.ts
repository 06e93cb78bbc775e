export type Cell = string | number | null;

/** Without this mark Excel takes the file for one of the machine's old code page. */
const BYTE_ORDER_MARK = '\uFEFF';

/** What a CSV file begins with: its first line names the columns. */
export function csvHead(columns: readonly string[]): string {
  return BYTE_ORDER_MARK + csvLine(columns);
}

/** RFC 4180. */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(cell: Cell): string {
  const text = withoutFormulas(cell === null ? '' : String(cell));
  return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * A spreadsheet takes a cell that begins like a formula for one, so that one begins with an apostrophe; the wide signs of
 * East Asian keyboards count too. Where it parts cells at semicolons or tabs, or lines inside of a cell, one begins behind
 * each of them.
 */
function withoutFormulas(text: string): string {
  return text.replace(/^(?=[=+\-@＝＋－＠\t\r\n])|(?<=[;\t\r\n]["\s]*)(?=[=+\-@＝＋－＠])/g, "'");
}
