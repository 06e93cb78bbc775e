const largest = 2 ** 31 - 1;

/**
 * The number by which an address, a form or a command names a row: digits as we write them ourselves, and no other
 * spelling of a number, so that one row has one name. null for everything else.
 */
export function parseRowId(text: unknown): number | null {
  if (typeof text !== 'string' || !/^[1-9][0-9]{0,9}$/.test(text)) return null;
  return Number(text) <= largest ? Number(text) : null;
}
