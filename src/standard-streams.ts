const streams = ['stdout', 'stderr'] as const;

/** What stands in the way of writing: the reader has gone (`… | head -1`), or the disk is full. */
export type LostOutput = Error & { code?: string };

/**
 * A process whose output nobody takes any more goes on: Node would end it at the next write, with a trace. `report` is
 * called once for each stream that is lost.
 */
export function surviveLostOutput(report: (stream: (typeof streams)[number], error: LostOutput) => void): void {
  for (const name of streams) {
    let isLost = false;
    process[name].on('error', (error: LostOutput) => {
      if (isLost) return;
      isLost = true;
      report(name, error);
    });
  }
}
