import type { TestDatabase } from './database';
import { cli, OperatorProcess } from './processes';
import { testEnvironment } from './site';

const numbered = Array.from({ length: 20 }, (_, i) => i);

/**
 * Several processes make 20 changes of access and 20 ordinary transactions at once, each with an event.
 *
 * @returns what was answered to each, how many events there are more, and what `audit verify` says
 */
export async function appendTogether(database: Pick<TestDatabase, 'url' | 'query'>) {
  const environment = testEnvironment(database.url);
  const sequences = async () =>
    (await database.query<{ sequence: number }>('SELECT sequence FROM audit_events ORDER BY sequence')).map(
      ({ sequence }) => sequence,
    );
  const before = (await sequences()).length;
  const processes = await Promise.all(numbered.slice(0, 4).map(() => OperatorProcess.start(environment)));
  try {
    const answers = await Promise.all(
      processes.map((process, own) => process.orderAtOnce(ordersFor(numbered.filter((i) => i % 4 === own)))),
    );
    const after = await sequences();
    return {
      answers: new Set(answers.flat()),
      more: after.length - before,
      hasGap: after.some((sequence, i) => sequence !== i + 1),
      verified: (await cli(environment, ['audit', 'verify'])).stderr,
    };
  } finally {
    for (const process of processes) process.stop();
  }
}

function ordersFor(numbers: readonly number[]): unknown[][] {
  return numbers.flatMap((i) => [
    ['roles.create', { name: `Together ${i}`, description: '', permissions: [] }],
    ['events.record', `thing ${i}`],
  ]);
}

export const allOfIt = { answers: new Set(['done']), more: 40, hasGap: false, verified: '' };
