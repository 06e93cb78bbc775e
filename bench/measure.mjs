// One slice of load, and what several rounds of slices come to.
import autocannon from 'autocannon';

/** One short round shows that everything can still be measured. */
export const isShort = process.argv.includes('--short');
export const rounds = Number(process.env.BENCH_ROUNDS ?? (isShort ? 1 : 5));
const slice = isShort ? { amount: 100, sampleInt: 50 } : { duration: Number(process.env.BENCH_SECONDS ?? 3) };

/** Answers a second of a page that must answer with this status. */
export async function rate(origin, options) {
  const { answered, duration } = await load(origin, options);
  return answered / duration;
}

/** Processor time that a site spends on one answer, in ms. */
export async function work(site, options) {
  const before = site.worked();
  const { answered } = await load(site.origin, options);
  return (site.worked() - before) / answered;
}

/** Everybody is asked for the same encoding: none. */
async function load(origin, { path = '/', headers, requests, status = 200, connections = 10 } = {}) {
  const asked = { 'accept-encoding': 'identity', ...headers };
  const result = await autocannon({ url: origin + path, connections, ...slice, headers: asked, requests });
  const answered = result.statusCodeStats[status]?.count ?? 0;
  const others = result.requests.total - answered;
  if (others > 0 || result.errors > 0 || answered === 0) {
    throw new Error(`${origin}${path}: ${others} answers were not ${status}, ${result.errors} failed.`);
  }
  return { answered, duration: result.duration };
}

/** Asks each of them in turn, round after round, after one slice each to warm up but in a short run. Returns a list of figures for each. */
export async function inTurns(measures) {
  const figures = measures.map(() => []);
  for (let round = isShort ? 0 : -1; round < rounds; round++) {
    // Who goes first changes, so that neither always follows the other's heat.
    const order = measures.map((_, i) => (i + Math.max(round, 0)) % measures.length);
    for (const i of order) {
      const figure = await measures[i]();
      if (round >= 0) figures[i].push(figure);
    }
  }
  return figures;
}

export function median(figures) {
  const sorted = [...figures].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The ratios of two lists, round by round: their median and spread. */
export function ratio(ours, theirs) {
  const ratios = ours.map((figure, i) => figure / theirs[i]);
  return { value: median(ratios), spread: [Math.min(...ratios), Math.max(...ratios)] };
}

/** How long each of so many pieces of work took, one after the other, in ms. */
export async function timesOf(count, work) {
  const times = [];
  for (let i = 0; i < count; i++) {
    const begun = performance.now();
    await work(i);
    times.push(performance.now() - begun);
  }
  return times;
}

/** The figure that this part of them does not exceed. */
export function percentile(figures, part) {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.ceil(part * sorted.length) - 1];
}
