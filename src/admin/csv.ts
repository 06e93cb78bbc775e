export type Cell = string | number | null;

/** RFC 4180. */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(cell: Cell): string {
  const text = withoutFormulas(cell === null ? '' : String(cell));
  return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * A spreadsheet takes a cell that begins like a formula for one, so that one begins with an apostrophe. Where it parts
 * cells at semicolons or tabs, or lines inside of a cell, one begins behind each of them too.
 */
function withoutFormulas(text: string): string {
  return text.replace(/^(?=[=+\-@\t\r\n])|(?<=[;\t\r\n]["\s]*)(?=[=+\-@])/g, "'");
}
