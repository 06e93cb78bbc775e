import { operator } from '../src/audit/actor';
import { AuditChaining } from '../src/audit/audit-chaining.service';
import { AuditEvent } from '../src/audit/audit-event.entity';
import { AuditService, type Entry } from '../src/audit/audit.service';
import { Clock } from '../src/config/clock';
import { Database } from '../src/database/database';
import { Role } from '../src/roles/role.entity';
import { allOfIt, appendTogether } from './support/append-together';
import { Site } from './support/site';
import { faultOf } from './support/tampering';

describe('the audit log, of changes of access and of what is about nobody’s access', () => {
  let site: Site;
  let database: Database;
  let audit: AuditService;

  beforeAll(async () => {
    site = await Site.start();
    database = site.app.get(Database);
    audit = site.app.get(AuditService);
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => site.stop());

  const event = (subject: string): Entry => ({ actor: operator, action: 'user.end-sessions', subject });
  const newest = (count: number) =>
    database.read.find(AuditEvent, { order: { sequence: 'DESC' }, take: count }).then((events) => events.reverse());
  const subjects = async (count: number) => (await newest(count)).map(({ subject }) => subject);

  it('stays one chain without a gap where several processes append at once', async () => {
    expect(await appendTogether(site.database)).toEqual(allOfIt);
  });

  it('has an event of an ordinary transaction, also where that does nothing else, or none where it fails', async () => {
    const before = await database.read.count(AuditEvent);
    await database.transaction((manager) => audit.append(manager, event('thing 1')));
    const failing = database.transaction(async (manager) => {
      await audit.append(manager, event('thing 2'));
      throw new Error('undone');
    });
    await expect(failing).rejects.toThrow('undone');
    expect([await subjects(1), await database.read.count(AuditEvent)]).toEqual([['thing 1'], before + 1]);
    expect(await faultOf(site)).toBe('none');
  });

  it('has the events of a change in their order, as of the moments they happened, without those of a part that failed', async () => {
    const clock = site.app.get(Clock);
    const moments = ['10:00', '10:05', '10:10', '10:15'].map((time) => new Date(`2026-06-01T${time}:00Z`));
    const after = { state: 'as it was' };
    await database.changeAccess(async (manager) => {
      const append = (subject: string, moment: Date) => {
        jest.spyOn(clock, 'now').mockReturnValue(moment);
        return audit.append(manager, { ...event(subject), after });
      };
      await append('first', moments[0]!);
      const failing = database.changeAccess(async () => {
        await append('of a part that failed', moments[1]!);
        throw new Error('in a part');
      });
      await expect(failing).rejects.toThrow('in a part');
      await database.changeAccess(() => append('of a part', moments[2]!));
      jest.spyOn(clock, 'now').mockReturnValue(moments[3]!);
      after.state = 'another';
    });
    const events = await newest(2);
    expect(events.map(({ subject, at, after }) => [subject, at, after])).toEqual([
      ['first', moments[0], '{"state":"as it was"}'],
      ['of a part', moments[2], '{"state":"as it was"}'],
    ]);
    expect(await faultOf(site)).toBe('none');
  });

  it('has no event of a change that was undone as a preview is, refused, or could not be recorded', async () => {
    const before = await newest(3);
    const change = async () => {
      await database.changeAccess(async (manager) => {
        await manager.insert(Role, { name: 'Never', description: '' });
        await audit.append(manager, event('role Never'));
      });
      return 'made';
    };
    expect(await database.dryRun(change)).toBe('made');
    const refused = database.changeAccess(async () => {
      await change();
      throw new Error('refused');
    });
    await expect(refused).rejects.toThrow('refused');
    const unrecorded = database.changeAccess(async (manager) => {
      await change();
      await audit.append(manager, event('x'.repeat(5000)));
      await database.atTheEnd(manager, null, () => Promise.reject(new Error('not recorded')));
    });
    await expect(unrecorded).rejects.toThrow();
    expect(await newest(3)).toEqual(before);
    expect(await database.read.existsBy(Role, { name: 'Never' })).toBe(false);
  });

  it('has all events of one change, also where somebody has removed the head, or left room for one at a time', async () => {
    const change = (name: string) =>
      database.changeAccess(async (manager) => {
        for (const each of [1, 2, 3]) await audit.append(manager, event(`${name} ${each}`));
      });
    await change('whole');
    expect(await subjects(3)).toEqual(['whole 1', 'whole 2', 'whole 3']);
    expect(await faultOf(site)).toBe('none');
    await site.database.change('DELETE FROM audit_head');
    await change('headless');
    const [{ sequence: before } = { sequence: 0 }] = await newest(1);
    await site.database.change(`UPDATE audit_events SET sequence = ${before + 2} WHERE sequence = ${before}`);
    await change('with a gap');
    const last = await newest(6);
    expect(last.map(({ sequence, subject }) => [sequence - before, subject])).toEqual([
      [-2, 'headless 1'],
      [-1, 'headless 2'],
      [2, 'headless 3'],
      [3, 'with a gap 1'],
      [4, 'with a gap 2'],
      [5, 'with a gap 3'],
    ]);
    await site.app.get(AuditChaining).rechain('tried out');
    expect(await faultOf(site)).toBe('none');
  });

  it('is whole after it was chained anew while others appended', async () => {
    await site.database.change("UPDATE audit_events SET subject = 'role Altered' WHERE sequence = 3");
    const rechained = site.app.get(AuditChaining).rechain('a row was altered by hand');
    for (let i = 0; i < 50; i++) {
      await database.transaction((manager) => audit.append(manager, event(`meanwhile ${i}`)));
    }
    await rechained;
    expect(await faultOf(site)).toBe('none');
  });
});
