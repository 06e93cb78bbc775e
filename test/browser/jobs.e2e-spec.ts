import { Principals } from '../../src/accounts/principals.service';
import { UsersService } from '../../src/accounts/users.service';
import { operator } from '../../src/audit/actor';
import { SignInEvents } from '../../src/audit/sign-in-events';
import { AccessRequests } from '../../src/requests/access-requests.service';
import { RolesService } from '../../src/roles/roles.service';
import { UserHoldings } from '../../src/roles/user-holdings.service';
import { Clicker } from '../support/clicker';
import { browser } from '../support/page-of-test';
import { Site } from '../support/site';
import { Typist } from '../support/typist';

type Hand = Typist | Clicker;

/** What it takes to do a job. A word that is typed, with the Enter that sends it, is one interaction, as are a click, a tick and a key. */
class Counted {
  interactions = 0;

  constructor(private readonly hand: Hand) {}

  async searches(word: string): Promise<void> {
    await this.types('Search people, roles and pages', word);
    await this.hand.sends();
  }

  async types(label: string, word: string): Promise<void> {
    this.interactions++;
    await this.hand.types(label, word);
  }

  async follows(link: string | RegExp): Promise<void> {
    this.interactions++;
    await this.hand.follows(link);
  }

  async presses(button: string): Promise<void> {
    this.interactions++;
    await this.hand.presses(button);
  }

  async ticks(label: string): Promise<void> {
    this.interactions++;
    await this.hand.ticks(label);
  }
}

interface Somebody {
  id: number;
  email: string;
  name: string;
  surname: string;
}

describe('the jobs that an administrator comes to do, counted from the home page,', () => {
  let site: Site;
  let cookie: string;
  let users: UsersService;
  let roles: RolesService;
  let made = 0;

  beforeAll(async () => {
    site = await Site.start();
    cookie = (await site.admin()).cookie;
    [users, roles] = [site.app.get(UsersService), site.app.get(RolesService)];
    await roles.create(operator, { name: 'Front gate', description: '', permissions: ['user-read', 'audit-read'] });
    const office = { name: 'Office', description: '', permissions: ['admin-read', 'admin-write', 'audit-read'] };
    await roles.create(operator, office);
  });
  afterAll(() => site.stop());

  async function somebody(): Promise<Somebody> {
    const surname = `Rossi${String.fromCharCode(97 + made)}`;
    const person = { email: `giulia${++made}@example.org`, name: `Giulia ${surname}` };
    const { id } = await users.create(operator, { ...person, passwordHash: 'x', active: true, roles: ['User'] });
    return { id, surname, ...person };
  }

  const held = (id: number) => site.app.get(UserHoldings).rolesOf(id);

  const hands: [string, () => Promise<Hand>][] = [
    ['by mouse', () => Clicker.sitsDown(browser, site.origin, cookie)],
    ['by keyboard alone, without JavaScript', () => Typist.sitsDown(browser, site.origin, false, cookie)],
  ];

  describe.each(hands)('%s', (_, sitsDown) => {
    /** Does a job from the home page, and counts. */
    async function inAtMost(most: number, job: (counted: Counted, hand: Hand) => Promise<void>): Promise<void> {
      const hand = await sitsDown();
      await hand.opens('/');
      const counted = new Counted(hand);
      await job(counted, hand);
      await hand.leaves();
      expect(counted.interactions).toBeLessThanOrEqual(most);
    }

    it('a person is found by their surname in 2', async () => {
      const { surname, name } = await somebody();
      await inAtMost(2, async (counted, hand) => {
        await counted.searches(surname);
        await counted.follows(name);
        expect(await hand.heading()).toBe(name);
      });
    });

    it('why a person was refused a page is found in 3, by a word of their name and by the figures of refusals', async () => {
      const { id, surname, name } = await somebody();
      const events = site.app.get(SignInEvents);
      await events.record({ kind: 'forbidden', userId: id, ip: '192.0.2.1', route: 'GET /admin/audit' });
      await events.flush();
      const answer = `No ${name} can’t read the audit log.`;
      await inAtMost(3, async (counted, hand) => {
        await counted.searches(surname);
        await counted.follows(name);
        await counted.follows('Why? Read the audit log');
        expect(await hand.reads()).toContain(answer);
      });
      await inAtMost(3, async (counted, hand) => {
        await counted.follows('Admin');
        await counted.follows(/^Pages refused/);
        await counted.follows(`Why? ${name}`);
        expect(await hand.reads()).toContain(answer);
      });
    });

    it('a role is given in 4 from the person’s page, and in 3 from the search', async () => {
      const [one, other] = [await somebody(), await somebody()];
      await inAtMost(4, async (counted, hand) => {
        await counted.searches(one.surname);
        await counted.follows(one.name);
        await counted.follows('Give a role');
        await counted.presses('Give Front gate');
        expect(await hand.isTold()).toContain(`${one.name} now has the role Front gate`);
      });
      await inAtMost(3, async (counted) => {
        await counted.searches(other.surname);
        await counted.follows(`Give a role to ${other.name}`);
        await counted.presses('Give Front gate');
      });
      expect([await held(one.id), await held(other.id)]).toEqual([
        ['User', 'Front gate'],
        ['User', 'Front gate'],
      ]);
    });

    it('a role that was given is taken back in 2', async () => {
      const { id, surname, name } = await somebody();
      await inAtMost(5, async (counted) => {
        await counted.searches(surname);
        await counted.follows(`Give a role to ${name}`);
        await counted.presses('Give Front gate');
        const before = counted.interactions;
        await counted.follows('Undo');
        await counted.presses('Undo');
        expect(counted.interactions - before).toBeLessThanOrEqual(2);
      });
      expect(await held(id)).toEqual(['User']);
    });

    it('a person is deactivated in 4', async () => {
      const { surname, email, name } = await somebody();
      await inAtMost(4, async (counted) => {
        await counted.searches(surname);
        await counted.follows(`Deactivate ${name}`);
        await counted.presses('Deactivate');
      });
      expect((await users.byEmail(email)).active).toBe(false);
    });

    it('a person is renamed in 4', async () => {
      const { surname, email, name } = await somebody();
      await inAtMost(4, async (counted) => {
        await counted.searches(surname);
        await counted.follows(`Edit ${name}`);
        await counted.types('Name', `Julia ${surname}`);
        await counted.presses('Save');
      });
      expect((await users.byEmail(email)).name).toBe(`Julia ${surname}`);
    });

    it('a role is made in 4', async () => {
      const name = `Crew ${++made}`;
      await inAtMost(4, async (counted) => {
        await counted.follows('New role');
        await counted.types('Name', name);
        await counted.ticks('See users');
        await counted.presses('Make the role');
      });
      expect((await roles.byName(name)).permissions).toEqual(['users-read']);
    });

    it('a request is approved in 3', async () => {
      const { id, name } = await somebody();
      const person = await site.app.get(Principals).load(id);
      await site.app.get(AccessRequests).ask(person!, 'GET /admin/audit', 'I keep the records');
      await inAtMost(3, async (counted, hand) => {
        await counted.follows(`${name} asks for “Read the audit log”`);
        await counted.presses('Approve');
        expect(await hand.isTold()).toContain(`${name} now has the role Office`);
      });
      expect(await held(id)).toEqual(['User', 'Office']);
    });
  });
});
