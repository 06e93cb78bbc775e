import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { misspeltNames, readEnvFile } from './env-file';
import { readSettings, settingNames, SettingsFaults } from './settings';

type Variables = Record<string, string | undefined>;

const project = resolve(__dirname, '../..');

/**
 * Completes the process environment from `.env`. Site, command line and scripts call it before anything else, so that
 * all of them know the same settings.
 *
 * @returns the file that was read, if any.
 * @throws SettingsFaults when that file can't be read as it is meant.
 */
export function loadEnvironment(): string | null {
  const path = findEnvFile();
  const { variables, faults } = path ? readEnvFile(path) : { variables: {}, faults: [] };
  const environment = completed(process.env, variables);
  if (faults.length > 0) throw new SettingsFaults([...faults, ...furtherFaults(environment, faults)]);
  for (const name of settingNames) delete process.env[name];
  Object.assign(process.env, environment);
  return path;
}

/** One line for each name in `.env` that looks like a misspelt setting: it changes nothing, so it is told wherever settings are. */
export function misspeltSettings(): string[] {
  const path = findEnvFile();
  return path ? misspeltNames(readEnvFile(path).variables) : [];
}

/**
 * What holds where the process and `.env` both have a say: the process goes first. One of our variables that is empty
 * or blank is not set, and blanks around its value don't count; quotes in `.env` keep them.
 */
export function completed(given: Variables, file: Variables): Variables {
  const own = trimmed(given);
  const result: Variables = { ...file, ...own };
  for (const name of settingNames) {
    result[name] = own[name] ?? file[name];
    if (!result[name]?.trim()) delete result[name];
  }
  return result;
}

/** The one of the folder the program was started in, else the project's; none in a test. */
function findEnvFile(): string | null {
  if (process.env.NODE_ENV === 'test') return null;
  return [resolve('.env'), join(project, '.env')].find((path) => existsSync(path)) ?? null;
}

function trimmed(given: Variables): Variables {
  const names = new Set<string>(settingNames);
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, names.has(name) ? value?.trim() || undefined : value]),
  );
}

/** So that all faults are said at once, each variable's only once. */
function furtherFaults(environment: Variables, known: readonly string[]): readonly string[] {
  try {
    readSettings(environment);
    return [];
  } catch (error) {
    if (!(error instanceof SettingsFaults)) throw error;
    const names = known.map((fault) => fault.split(':')[0]);
    return error.faults.filter((fault) => !names.includes(fault.split(':')[0]));
  }
}
