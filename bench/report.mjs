// One line for each figure, and what the whole run comes to.
const misses = [];

/** Prints a figure beside its target. One without a target is for information. */
export function tell(what, { value, spread, unit = '' }, { atLeast, atMost } = {}) {
  const range = spread ? ` (${spread.map((figure) => figure.toFixed(2)).join(' to ')})` : '';
  const figure = `${value.toFixed(3)}${unit}${range}`;
  if (atLeast === undefined && atMost === undefined) return line('tells ', what, figure);
  const holds = atLeast === undefined ? value <= atMost : value >= atLeast;
  const target = atLeast === undefined ? `at most ${atMost}` : `at least ${atLeast}`;
  line(holds ? 'holds ' : 'MISSES', what, `${figure}, ${target}`);
  if (!holds) misses.push(what);
}

/** A figure that somebody else has put into words. */
export function tellOutcome(what, holds, figure) {
  line(holds ? 'holds ' : 'MISSES', what, figure);
  if (!holds) misses.push(what);
}

/** Names what missed its target; the exit code says it too, unless the run was too short for its figures to count. */
export function conclude({ isShort = false } = {}) {
  if (isShort)
    console.log('\nA short run: it shows that everything can be measured, and its figures count for nothing.');
  else if (misses.length > 0) {
    console.log(`\nMissed: ${misses.join(', ')}`);
    process.exitCode = 1;
  }
}

function line(mark, what, figure) {
  console.log(`${mark}  ${what.padEnd(58)} ${figure}`);
}
