import { setTimeout as pause } from 'node:timers/promises';
import { operator } from '../../src/audit/actor';
import { AuditEvent } from '../../src/audit/audit-event.entity';
import { AuditService, type Entry } from '../../src/audit/audit.service';
import { Database } from '../../src/database/database';
import { allOfIt, appendTogether } from '../support/append-together';
import { OwnServer } from '../support/own-server';
import { cli } from '../support/processes';
import { Site, testEnvironment } from '../support/site';
import { faultOf } from '../support/tampering';

const event = (subject: string): Entry => ({ actor: operator, action: 'user.end-sessions', subject });

describe('an event that is about nobody’s access', () => {
  let site: Site;
  let database: Database;
  let audit: AuditService;

  beforeAll(async () => {
    site = await Site.start();
    database = site.app.get(Database);
    audit = site.app.get(AuditService);
  });
  afterAll(() => site.stop());

  /** Each keeps a change open, which has recorded an event, until `ended`. */
  const longChanges: Record<string, (ended: Promise<void>) => Promise<void>> = {
    'makes itself': (ended) =>
      database.changeAccess(async (manager) => {
        await audit.append(manager, event('the change'));
        await ended;
      }),
    'does what it left for its end': (ended) =>
      database.changeAccess(async (manager) => {
        await audit.append(manager, event('the change'));
        database.beforeCommit(() => ended);
      }),
  };

  it.each(Object.entries(longChanges))('does not wait for a change that %s', async (_case, longChange) => {
    const order: string[] = [];
    const change = longChange(pause(2000).then(() => void order.push('change'))).then(() => order.push('committed'));
    await pause(200);
    await database.transaction(async (manager) => {
      await manager.find(AuditEvent, { take: 1 });
      await audit.append(manager, event('the ordinary one'));
    });
    order.push('ordinary');
    await change;
    expect(order).toEqual(['ordinary', 'change', 'committed']);
    const newest = await database.read.find(AuditEvent, { order: { sequence: 'DESC' }, take: 2 });
    expect(newest.map(({ subject }) => subject)).toEqual(['the change', 'the ordinary one']);
    expect(await faultOf(site)).toBe('none');
  });

  it('is no part of a change within which its own transaction was begun', async () => {
    const failing = database.changeAccess(async () => {
      await database.transaction((manager) => audit.append(manager, event('beside the change')));
      throw new Error('undone');
    });
    await expect(failing).rejects.toThrow('undone');
    const newest = await database.read.find(AuditEvent, { order: { sequence: 'DESC' }, take: 1 });
    expect(newest.map(({ subject }) => subject)).toEqual(['beside the change']);
  });
});

describe('a server that fails a transaction for what another has changed since it first read', () => {
  it('is told not to, and the log stays one chain', async () => {
    const server = await OwnServer.start(['--loose-innodb-snapshot-isolation=ON']);
    try {
      await server.run('CREATE DATABASE mfo');
      const url = `mysql://root@127.0.0.1:${server.port}/mfo`;
      expect(await cli(testEnvironment(url), ['seed'])).toMatchObject({ code: 0 });
      const query = async <Row>(sql: string) => {
        const connection = await server.connect();
        await connection.query('USE mfo');
        const [rows] = await connection.query(sql);
        await connection.end();
        return rows as Row[];
      };
      expect(await appendTogether({ url, query })).toEqual(allOfIt);
    } finally {
      await server.remove();
    }
  });
});
