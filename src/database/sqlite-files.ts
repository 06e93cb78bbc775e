import { constants, statSync, type Stats } from 'node:fs';
import { access, mkdir, open } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import { codeOf, DatabaseUnreachable, whyNotOpened } from './errors';

/** Makes what is missing of folder and file, for nobody but their owner; SQLite gives its further files the same mode. */
export async function makePrivately(file: string, name: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await (await open(file, 'a', 0o600)).close();
  } catch (error) {
    throw (await faultOf(file, name)) ?? whyNotOpened(name, error);
  }
}

/** Why nobody can work with this file, in words; null where nothing is wrong with it. */
export async function faultOf(file: string, name: string): Promise<DatabaseUnreachable | null> {
  const reason = await reasonAgainst(file, name);
  return reason === null ? null : new DatabaseUnreachable(name, reason);
}

async function reasonAgainst(file: string, name: string): Promise<string | null> {
  const folder = dirname(file);
  const parent = entryAt(folder, name);
  if (parent && !parent.isDirectory()) return `${folder} is no folder.`;
  const found = (await isOpenTo(folder, constants.X_OK)) ? entryAt(file, name) : null;
  if (found?.isDirectory()) return 'it is a folder; DATABASE_URL must name a file in it.';
  const who = userInfo().username;
  if (parent && !(await isOpenTo(folder, constants.W_OK | constants.X_OK)))
    return `${who}, who runs this program, can't write in the folder ${folder}. Give it to them, or run the program as its owner.`;
  if (found && !(await isOpenTo(file, constants.R_OK | constants.W_OK)))
    return `${who}, who runs this program, can't read and write it. Give the file to them, or run the program as its owner.`;
  return null;
}

async function isOpenTo(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}

/** What others on this machine may read or write of the database, one sentence for each, with what to do. */
export function exposuresOf(file: string, name: string): string[] {
  return [dirname(file), file, `${file}-wal`, `${file}-shm`].flatMap((path) => {
    const found = entryAt(path, name);
    if (!found || (found.mode & 0o077) === 0) return [];
    const mode = (found.mode & 0o777).toString(8).padStart(4, '0');
    const closed = found.isDirectory() ? '700' : '600';
    return [`${path} is open to other users of this machine (mode ${mode}). Run: chmod ${closed} ${path}`];
  });
}

/** Which file stands at this path, to notice another in its place; null for none. */
export function identityOf(file: string, name: string): string | null {
  const found = entryAt(file, name);
  return found && `${found.dev}:${found.ino}`;
}

/** Null where nothing stands. @throws DatabaseUnreachable where the system can't say */
function entryAt(path: string, name: string): Stats | null {
  try {
    return statSync(path);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return null;
    throw whyNotOpened(name, error);
  }
}
