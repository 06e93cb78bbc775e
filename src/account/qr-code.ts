/** A picture of squares, as a view draws it: `path` within a square of `size`. */
export interface QrCode {
  size: number;
  path: string;
}

/** So wide is the white around it, in squares, or cameras don't find it. */
const QUIET_ZONE = 4;

export async function qrCodeOf(text: string): Promise<QrCode> {
  // Only who sets up an app needs it, and the site starts without it.
  const { default: qrCode } = await import('qrcode');
  const { modules } = qrCode.create(text);
  const rows = Array.from({ length: modules.size }, (_, y) =>
    Array.from({ length: modules.size }, (_, x) => (modules.get(y, x) ? squareAt(x + QUIET_ZONE, y + QUIET_ZONE) : '')),
  );
  return { size: modules.size + 2 * QUIET_ZONE, path: rows.flat().join('') };
}

function squareAt(x: number, y: number): string {
  return `M${x} ${y}h1v1h-1z`;
}
