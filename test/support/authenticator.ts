import { generateSync } from 'otplib';
import type { Page, Person } from './person';

const SECONDS = 30;

/** Whoever has the secret makes the codes: of `steps` times 30 seconds after a moment. */
export function codeAt(secret: string, steps = 0, moment = new Date()): string {
  return generateSync({ secret, epoch: Math.floor(moment.getTime() / 1000) + steps * SECONDS });
}

export const secretOn = (page: Page): string => /id="totp-secret">([A-Z2-7]+)</.exec(page.body)?.[1] ?? '';

export function recoveryCodesOn(page: Page): string[] {
  const list = /id="recovery-codes"[^>]*>(.*?)<\/ul>/s.exec(page.body)?.[1] ?? '';
  return [...list.matchAll(/<code>([^<]+)<\/code>/g)].map(([, code]) => code!);
}

/**
 * Sets up an app for somebody who is signed in, by the first code that counts. Where the clock stands still, that one and
 * the next are left; where it runs, only the next counts for sure.
 */
export async function setUpApp(
  person: Person,
  codeOf?: typeof codeAt,
): Promise<{ secret: string; recoveryCodes: string[] }> {
  const secret = secretOn(await person.get('/account/two-factor'));
  const code = codeOf ? codeOf(secret, -1) : codeAt(secret);
  const { status } = await person.post('/account/two-factor', { code });
  if (status !== 303) throw new Error(`Setting up an app answered ${status}.`);
  return { secret, recoveryCodes: recoveryCodesOn(await person.get('/account/two-factor')) };
}
