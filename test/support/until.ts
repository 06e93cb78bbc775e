import { setTimeout as pause } from 'node:timers/promises';

/** Asks again and again until it is so; a spec that waits in vain ends by its time limit. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await pause(10);
}
