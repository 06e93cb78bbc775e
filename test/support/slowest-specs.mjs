import { relative } from 'node:path';

const SHOWN = 10;
const WORTH_SHOWING_MS = 2_000;

/** A reporter of Jest that says at the end which specs took longest, and their slowest tests. */
export default class SlowestSpecs {
  onRunComplete(_contexts, { testResults }) {
    const slow = testResults
      .map(({ testFilePath, perfStats, testResults: tests }) => ({
        file: relative(process.cwd(), testFilePath),
        took: perfStats.end - perfStats.start,
        tests,
      }))
      .filter(({ took }) => took >= WORTH_SHOWING_MS)
      .sort((a, b) => b.took - a.took)
      .slice(0, SHOWN);
    if (slow.length === 0 || testResults.length === 1) return;
    process.stderr.write('\nThe slowest specs\n');
    for (const { file, took, tests } of slow) {
      process.stderr.write(`${seconds(took)}  ${file}\n`);
      for (const { fullName, duration } of slowestOf(tests))
        process.stderr.write(`${seconds(duration)}    ${fullName}\n`);
    }
  }
}

function slowestOf(tests) {
  return tests
    .filter(({ duration }) => duration >= WORTH_SHOWING_MS)
    .sort((a, b) => b.duration - a.duration)
    .slice(0, 3);
}

function seconds(milliseconds) {
  return `${(milliseconds / 1000).toFixed(1)} s`.padStart(8);
}
