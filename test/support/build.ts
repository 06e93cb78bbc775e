import { join } from 'node:path';

const root = join(__dirname, '../..');

/** Specs that start processes start what is compiled from these very sources. Whether its types are right is a check of its own. */
export default async function build(): Promise<void> {
  const { compileChanged } = (await import(join(root, 'scripts/compile.mjs'))) as {
    compileChanged: (root: string) => Promise<{ faults: string[] }>;
  };
  const { faults } = await compileChanged(root);
  if (faults.length > 0) throw new Error(faults.join('\n'));
}
