import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

/** Writes `.env` from `.env.example` with fresh secrets, readable by its owner only; returns the superuser's address and password. */
export function writeEnvFile(example, target) {
  const secrets = {
    SESSION_SECRET: randomBytes(48).toString('base64url'),
    SECURITY_PASSWORD_SALT: randomBytes(48).toString('base64url'),
    SUPERUSER_PASSWORD: randomBytes(12).toString('base64url'),
  };
  let text = readFileSync(example, 'utf8');
  for (const [name, value] of Object.entries(secrets))
    text = text.replace(new RegExp(`^${name}=$`, 'm'), `${name}=${value}`);
  // "wx": a file that another start wrote in the meantime stays.
  writeFileSync(target, text, { mode: 0o600, flag: 'wx' });
  const [, address] = /^SUPERUSER_ID=(.*)$/m.exec(text);
  return { address, password: secrets.SUPERUSER_PASSWORD };
}
