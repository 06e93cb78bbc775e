import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nameOfDatabase } from './config/database-address';
import { parseEnvFile } from './config/env-file';
import { completed } from './config/environment';
import { readSettings, type Settings } from './config/settings';
import { isInUse } from './database/in-use';

/** Fresh secrets would lock everybody out of the data that is there. */
export class EnvFileLost extends Error {
  constructor(settings: Settings) {
    super(
      `There is no .env, but the database ${nameOfDatabase(settings.DATABASE_URL)} is in use: nobody could sign in with fresh secrets. Bring back the .env that belongs to it, or at least its SECURITY_PASSWORD_SALT; to begin anew, move the database away or name another one in DATABASE_URL. Nothing was written.`,
    );
  }
}

export class EnvFileNotWritten extends Error {}

/**
 * Writes `.env` from `.env.example` with fresh secrets, readable by its owner only, for a database that is new. Not where
 * there is one, or in production; not in a test, which would not read it.
 *
 * @returns what the person should be told.
 * @throws SettingsFaults, EnvFileLost
 */
export async function writeFirstEnvFile(folder: string): Promise<string | null> {
  const target = join(folder, '.env');
  const given = completed(process.env, {});
  if (existsSync(target) || (given.NODE_ENV ?? 'development') !== 'development') return null;
  const text = withFreshSecrets(readFileSync(join(folder, '.env.example'), 'utf8'));
  const settings = readSettings(completed(process.env, parseEnvFile(Buffer.from(text)).variables));
  if (await isInUse(settings)) {
    if (given.SECURITY_PASSWORD_SALT) return null;
    throw new EnvFileLost(settings);
  }
  return write(target, text) ? greeting(settings, given) : null;
}

function withFreshSecrets(example: string): string {
  const secrets = {
    SESSION_SECRET: randomBytes(48).toString('base64url'),
    SECURITY_PASSWORD_SALT: randomBytes(48).toString('base64url'),
    ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    SUPERUSER_PASSWORD: randomBytes(12).toString('base64url'),
  };
  return Object.entries(secrets).reduce(
    (text, [name, value]) => text.replace(new RegExp(`^${name}=$`, 'm'), `${name}=${value}`),
    example,
  );
}

/** @returns false where another start was quicker: its file stays. */
function write(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { mode: 0o600, flag: 'wx' });
    return true;
  } catch (error) {
    if (Reflect.get(error as object, 'code') === 'EEXIST') return false;
    throw new EnvFileNotWritten(`.env can't be written: ${(error as Error).message}`);
  }
}

function greeting({ SUPERUSER_ID, SUPERUSER_PASSWORD }: Settings, given: NodeJS.ProcessEnv): string {
  const password = given.SUPERUSER_PASSWORD ? 'the one in SUPERUSER_PASSWORD' : SUPERUSER_PASSWORD;
  return `
  Settings with fresh secrets are in .env. The superuser is

    address   ${SUPERUSER_ID}
    password  ${password}

  Sign in and change the password; it is shown only this once.
`;
}
