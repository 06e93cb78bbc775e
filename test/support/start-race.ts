import { join } from 'node:path';
import * as fc from 'fast-check';
import { builtInRoleNames, permissionNames, plainRoles } from '../../src/access/catalogue';
import { emptyDatabase, type TestDatabase } from './database';
import { migrations } from './migrations';
import { SiteProcess } from './processes';
import { superuser, testEnvironment } from './site';

/** The statement of its own before, during or after which a process is killed with -9; null for one that lives. */
type Death = { statement: number; moment: string } | null;

const statement = fc.oneof(
  // What every process sends, and what only the one sends that finds an empty database.
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 12 }) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 160 }) },
);
const death = fc.record({ statement, moment: fc.constantFrom('before', 'during', 'after') });
const twelveProcesses = fc.array(fc.option(death, { freq: 4 }), { minLength: 12, maxLength: 12, size: 'max' });

/**
 * 12 processes start at once on an empty database, some are killed and started again. Afterwards each serves, and
 * the database is as one start would have left it. RACE_SEED repeats the rounds of a failure.
 */
export async function startManyAtOnce(rounds: number): Promise<void> {
  const seed = Number(process.env.RACE_SEED ?? Date.now());
  for (const [round, deaths] of fc.sample(twelveProcesses, { numRuns: rounds, seed }).entries()) {
    try {
      await startTogether(deaths);
    } catch (error) {
      throw new Error(`RACE_SEED=${seed}, round ${round + 1} of ${rounds}: ${String(error)}`, { cause: error });
    }
  }
}

async function startTogether(deaths: readonly Death[]): Promise<void> {
  const database = await emptyDatabase();
  const started: SiteProcess[] = [];
  const start = (more: Record<string, string> = {}) => {
    const site = new SiteProcess({ ...testEnvironment(database.url), ...more });
    started.push(site);
    return site;
  };
  try {
    const serving = await Promise.all(deaths.map((death) => (death ? startAgainAfter(death, start) : serves(start()))));
    for (const site of serving) await expectToServe(site);
    await expectOneStart(database);
  } finally {
    await Promise.all(started.map((site) => site.signal('SIGKILL')));
    await database.drop();
  }
}

async function serves(site: SiteProcess): Promise<SiteProcess> {
  await site.origin();
  return site;
}

/** One that sends fewer statements than it may is killed when it serves. */
async function startAgainAfter(
  { statement, moment }: NonNullable<Death>,
  start: (more?: Record<string, string>) => SiteProcess,
): Promise<SiteProcess> {
  const victim = start({
    NODE_OPTIONS: `--import=${join(__dirname, 'die-at-statement.mjs')}`,
    DIE_AT_STATEMENT: `${statement},${moment}`,
  });
  await victim.origin().catch(() => victim.ended);
  await victim.signal('SIGKILL');
  if (victim.child.signalCode !== 'SIGKILL') throw new Error(`It ended by itself:\n${victim.stdout}${victim.stderr}`);
  return serves(start());
}

async function expectToServe(site: SiteProcess): Promise<void> {
  const visitor = await site.visitor();
  for (const path of ['/health/ready', '/']) expect([path, (await visitor.get(path)).status]).toEqual([path, 200]);
  expect((await visitor.signIn(superuser.email, superuser.password)).status).toBe(303);
  expect((await visitor.get('/admin')).status).toBe(200);
}

async function expectOneStart(database: TestDatabase): Promise<void> {
  const roles = [...builtInRoleNames(), ...plainRoles().keys()];
  const column = async (sql: string) => (await database.query<{ it: unknown }>(sql)).map(({ it }) => it);
  expect(await column('SELECT name AS it FROM migrations ORDER BY id')).toEqual(migrations.map(({ name }) => name));
  expect(await column('SELECT email AS it FROM users')).toEqual([superuser.email]);
  expect(await column('SELECT name AS it FROM roles ORDER BY id')).toEqual(roles);
  expect(await column('SELECT r.name AS it FROM grants g JOIN roles r ON r.id = g.role_id ORDER BY r.id')).toEqual(
    builtInRoleNames(),
  );
  expect(await column('SELECT name AS it FROM permissions ORDER BY name')).toEqual([...permissionNames()].sort());
  expect(await column('SELECT id AS it FROM access_state')).toEqual([1]);
  expect(await column('SELECT action AS it FROM audit_events ORDER BY sequence')).toEqual([
    ...roles.map(() => 'role.create'),
    ...permissionNames().map(() => 'permission.add'),
    'user.create',
  ]);
}
