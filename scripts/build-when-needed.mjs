import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const newest = (folder) =>
  Math.max(...readdirSync(folder, { recursive: true }).map((file) => statSync(join(folder, file)).mtimeMs));

/** Builds where there is no build, or one older than its sources. Without the development packages an existing build is used as it is. */
export function buildWhenNeeded(root) {
  const built = join(root, 'dist/main.js');
  const compiler = join(root, 'node_modules/@nestjs/cli/bin/nest.js');
  if (!existsSync(compiler)) {
    if (existsSync(built)) return;
    console.error(
      'There is no build, and the packages to make one are not installed. Run "npm ci --include=dev && npm run build" first.',
    );
    process.exit(1);
  }
  if (existsSync(built) && statSync(built).mtimeMs >= newest(join(root, 'src'))) return;
  const { status } = spawnSync(process.execPath, [compiler, 'build'], { cwd: root, stdio: ['ignore', 2, 'inherit'] });
  if (status !== 0) process.exit(status ?? 1);
}
