import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..');
const text = readFileSync(join(root, 'docs/security.md'), 'utf8');

/** Of ASVS 5.0.0, the levels 1 and 2 of its chapters V3, V6, V7 and V8. */
const required: Record<1 | 2, string> = {
  1: `3.2.1 3.2.2 3.3.1 3.4.1 3.4.2 3.5.1 3.5.2 3.5.3
    6.1.1 6.2.1 6.2.2 6.2.3 6.2.4 6.2.5 6.2.6 6.2.7 6.2.8 6.3.1 6.3.2 6.4.1 6.4.2
    7.2.1 7.2.2 7.2.3 7.2.4 7.4.1 7.4.2
    8.1.1 8.2.1 8.2.2 8.3.1`,
  2: `3.3.2 3.3.3 3.3.4 3.4.3 3.4.4 3.4.5 3.4.6 3.5.4 3.5.5 3.7.1 3.7.2
    6.1.2 6.1.3 6.2.9 6.2.10 6.2.11 6.2.12 6.3.3 6.3.4 6.4.3 6.4.4 6.5.1 6.5.2 6.5.3 6.5.4 6.5.5
    6.6.1 6.6.2 6.6.3 6.8.1 6.8.2 6.8.3 6.8.4
    7.1.1 7.1.2 7.1.3 7.3.1 7.3.2 7.4.3 7.4.4 7.4.5 7.5.1 7.5.2 7.6.1 7.6.2
    8.1.2 8.2.3 8.4.1`,
};
const requirements = ([1, 2] as const).flatMap((level) =>
  required[level].split(/\s+/).map((number) => `${number} at level ${level}`),
);

interface Line {
  number: string;
  level: string;
  verdict: string;
  why: string;
}

function linesOfTables(): Line[] {
  const lines = text.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  return lines
    .filter(([, number = '']) => /^\d+\.\d+\.\d+$/.test(number))
    .map(([, number = '', level = '', , verdict = '', why = '']) => ({ number, level, verdict, why }));
}

describe('docs/security.md', () => {
  it('has a line for each requirement, once, with its level', () => {
    const found = linesOfTables().map(({ number, level }) => `${number} at level ${level}`);
    expect(found.toSorted()).toEqual(requirements.toSorted());
  });

  it('names only specs that there are', () => {
    const specs = text.match(/[\w./-]+spec\.ts/g) ?? [];
    expect(specs.length).toBeGreaterThan(80);
    expect(specs.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it('says of each whether it is met, and what shows that', () => {
    const lines = linesOfTables();
    expect(lines.filter(({ verdict }) => !['met', 'partly', 'n/a'].includes(verdict))).toEqual([]);
    expect(lines.filter(({ why }) => why === '')).toEqual([]);
    expect(lines.filter(({ verdict, why }) => verdict === 'met' && !/spec\.ts`|\]\(\S+\.md/.test(why))).toEqual([]);
  });
});
