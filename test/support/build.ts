import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Specs that start real processes start what is built from these very sources. */
export default function build(): void {
  const root = join(__dirname, '../..');
  const { status, stderr } = spawnSync(process.execPath, ['scripts/build.mjs', '--when-needed'], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`The build failed:\n${stderr}`);
}
