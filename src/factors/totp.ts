/** RFC 6238 as every authenticator app has it: SHA-1, six digits, a code for each 30 seconds. */
const SECONDS = 30;

/** In base32, 160 bits, as RFC 4226 recommends. */
export async function newTotpSecret(): Promise<string> {
  return (await otplib()).generateSecret();
}

/**
 * The 30 seconds, counted since 1970, that this is the code of: now, those before or those after, since clocks differ;
 * null where it is none of theirs.
 */
export async function stepOfCode(secret: string, code: string, now: Date): Promise<number | null> {
  if (!/^\d{6}$/.test(code)) return null;
  const epoch = Math.floor(now.getTime() / 1000);
  const { verifySync } = await otplib();
  const result = verifySync({ secret, token: code, epoch, period: SECONDS, epochTolerance: SECONDS });
  return result.valid && 'timeStep' in result ? result.timeStep : null;
}

/** What an app reads from the picture. */
export async function totpAddress(secret: string, issuer: string, account: string): Promise<string> {
  return (await otplib()).generateURI({ issuer, label: account, secret });
}

/** Only who has a second factor needs it, and the site starts without it. */
function otplib() {
  return import('otplib');
}
