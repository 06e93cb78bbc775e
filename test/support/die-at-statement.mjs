// Loaded before a program that is to be killed: DIE_AT_STATEMENT=12,during kills it with -9 before, during or after the
// twelfth statement it sends to its database. So a test hits any moment of migrating and seeding, however fast the machine is.
import { BetterSqlite3QueryRunner } from 'typeorm/driver/better-sqlite3/BetterSqlite3QueryRunner.js';
import { MysqlQueryRunner } from 'typeorm/driver/mysql/MysqlQueryRunner.js';

const [number, moment] = process.env.DIE_AT_STATEMENT.split(',');
const die = () => process.kill(process.pid, 'SIGKILL');
let sent = 0;

for (const { prototype } of [BetterSqlite3QueryRunner, MysqlQueryRunner]) {
  const { query } = prototype;
  prototype.query = async function (...parameters) {
    sent += 1;
    if (sent !== Number(number)) return query.apply(this, parameters);
    if (moment === 'before') die();
    if (moment === 'during') setImmediate(die);
    const result = await query.apply(this, parameters);
    die();
    return result;
  };
}
