// Names the files of src/ that no other one imports: what they bring was forgotten in a feature, or they can go.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { filesIn } from './compile.mjs';

const programs = ['main.ts', 'cli.ts'];

/** @returns a sentence for each */
export function unreachedFiles(root) {
  const src = join(root, 'src');
  const reached = new Set();
  for (const program of programs) reach(join(src, program), reached);
  return filesIn(src)
    .filter((file) => file.endsWith('.ts') && !/\.(spec|d)\.ts$/.test(file) && !reached.has(join(src, file)))
    .map((file) => `src/${file} is imported by nothing: list what it brings in its feature, or delete it.`);
}

function reach(file, reached) {
  if (reached.has(file) || !existsSync(file)) return;
  reached.add(file);
  const { importedFiles } = ts.preProcessFile(readFileSync(file, 'utf8'), true, true);
  for (const { fileName } of importedFiles)
    if (fileName.startsWith('.'))
      for (const ending of ['.ts', '/index.ts']) reach(join(dirname(file), fileName) + ending, reached);
}
