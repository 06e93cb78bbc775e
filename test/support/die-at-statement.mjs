// Loaded before a program that is to be killed: DIE_AT_STATEMENT=12,during kills it with -9 before, during or after the
// twelfth statement it sends to its database. So a test hits any moment of migrating and seeding, however fast the machine is.
import packages from '../../dist.unchecked/packages.js';

const [number, moment] = process.env.DIE_AT_STATEMENT.split(',');
const die = () => process.kill(process.pid, 'SIGKILL');
let sent = 0;

const { prototype } = packages.typeorm.DataSource;
const { createQueryRunner } = prototype;
const counted = new WeakSet();
prototype.createQueryRunner = function (...parameters) {
  const runner = createQueryRunner.apply(this, parameters);
  // On SQLite all share one.
  if (!counted.has(runner)) count(runner);
  counted.add(runner);
  return runner;
};

function count(runner) {
  const { query } = runner;
  runner.query = async function (...parameters) {
    sent += 1;
    if (sent !== Number(number)) return query.apply(this, parameters);
    if (moment === 'before') die();
    if (moment === 'during') setImmediate(die);
    const result = await query.apply(this, parameters);
    die();
    return result;
  };
}
