import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = join(__dirname, '../..');
const files = ['dist', 'scripts', 'views', 'public', '.env.example', 'package.json', 'package-lock.json'];
const sources = ['.swcrc', 'tsconfig.json', 'tsconfig.build.json', 'nest-cli.json', 'src'];

/** The project as somebody has it in a folder of their own, built, without a `.env`. */
export interface Installation {
  folder: string;
  remove(): Promise<void>;
}

/** As a clone after `npm ci`. */
export async function developersInstallation(): Promise<Installation> {
  const folder = await copied([...files, ...sources]);
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  return installed(folder);
}

/** As after `npm ci --omit=dev`: what is built can reach the packages of production only. */
export async function productionInstallation(): Promise<Installation> {
  const folder = await copied(files);
  const lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean }>;
  };
  for (const [path, { dev }] of Object.entries(lock.packages)) {
    if (!/^node_modules\/(@[^/]+\/)?[^/]+$/.test(path) || dev) continue;
    // One that is optional may not be for this machine.
    if (!existsSync(join(root, path))) continue;
    await mkdir(join(folder, dirname(path)), { recursive: true });
    await symlink(join(root, path), join(folder, path));
  }
  return installed(folder);
}

async function copied(files: readonly string[]): Promise<string> {
  execFileSync(process.execPath, [join(root, 'scripts/build.mjs'), '--when-needed']);
  const folder = await mkdtemp(join(tmpdir(), 'mfo-installation-'));
  for (const file of files) await cp(join(root, file), join(folder, file), { recursive: true });
  return folder;
}

function installed(folder: string): Installation {
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
