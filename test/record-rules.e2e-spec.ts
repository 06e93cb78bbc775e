import { Controller, Get, HttpCode, Injectable, Post, Put } from '@nestjs/common';
import { AccessMap } from '../src/access/access-map';
import { Access } from '../src/access/access.service';
import {
  AnyOf,
  Authenticated,
  ownAccount,
  Permissions,
  permissions,
  recordRule,
  Roles,
  When,
  when,
} from '../src/access/decorators';
import { Principals } from '../src/accounts/principals.service';
import { UserGrants } from '../src/accounts/user-grants.service';
import { UserRenames } from '../src/accounts/user-renames.service';
import { UsersService } from '../src/accounts/users.service';
import { operator } from '../src/audit/actor';
import { AccessQuestions } from '../src/explain/access-questions.service';
import { RolesService } from '../src/roles/roles.service';
import type { Person } from './support/person';
import { Site, superuser } from './support/site';

/** Every handler that was reached, and every record that was looked for: what a refusal must leave empty. */
const reached: string[] = [];
const lookedFor: string[] = [];
const reach = (name: string) => {
  reached.push(name);
  return name;
};

interface Entry {
  school: string;
}

/** What a festival's schools have sent in. */
@Injectable()
class Entries {
  readonly all = new Map<string, Entry>([
    ['1', { school: 'hill' }],
    ['2', { school: 'shore' }],
  ]);

  find(id: string): Promise<Entry | null> {
    lookedFor.push(id);
    return id === 'broken'
      ? Promise.reject(new Error('provoked by the test'))
      : Promise.resolve(this.all.get(id) ?? null);
  }
}

/** A teacher's address says which school they are of. */
const ownSchool = recordRule({
  name: 'an entry of your own school',
  parameter: 'entry',
  from: Entries,
  find: (id, entries) => entries.find(id),
  holds: (principal, entry) => principal.email.endsWith(`@${entry.school}.example.org`),
});

@Controller('people/:id')
@When(ownAccount)
class OwnPages {
  @Get()
  page() {
    return reach('own');
  }

  @Post()
  @HttpCode(200)
  change() {
    return reach('change');
  }

  @Put('audit')
  @Permissions('audit-read')
  audit() {
    return reach('own audit');
  }
}

@Controller('manuscripts/:entry')
@Authenticated()
class EntryPages {
  @Get()
  @When(ownSchool)
  page() {
    return reach('entry');
  }

  @Get('shown')
  @AnyOf(permissions('users-read'), when(ownSchool))
  shown() {
    return reach('shown');
  }

  @Get('of/:id')
  @When(ownSchool)
  @When(ownAccount)
  both() {
    return reach('both');
  }

  @Get('administered')
  @Roles('Admin')
  @When(ownSchool)
  administered() {
    return reach('administered');
  }
}

let site: Site;
let teacher: Person;
let fan: Person;
let admin: Person;
const ids: Record<string, number> = {};

beforeAll(async () => {
  site = await Site.start({}, [OwnPages, EntryPages], [Entries]);
  teacher = await site.user('teacher@hill.example.org');
  fan = await site.user('fan@example.org');
  admin = await site.admin();
  for (const email of ['teacher@hill.example.org', 'fan@example.org', superuser.email])
    ids[email] = (await site.app.get(UsersService).byEmail(email)).id;
});
beforeEach(() => {
  reached.splice(0);
  lookedFor.splice(0);
});
afterAll(() => site.stop());

describe('a page for your own account', () => {
  const own = () => `/people/${ids['fan@example.org']}`;

  it('opens to the one whose account it is, by every method that it has', async () => {
    expect((await fan.get(own())).body).toBe('own');
    expect((await fan.send('HEAD', own())).status).toBe(200);
    expect((await fan.post(own())).body).toBe('change');
  });

  it('is closed to everybody else, an administrator included, and says why', async () => {
    for (const person of [teacher, admin]) {
      const page = await person.get(own());
      expect(page.status).toBe(403);
      expect(page.body).toContain('Sorry, this page is only for your own account.');
      expect((await person.post(own())).status).toBe(403);
    }
    expect(reached).toEqual([]);
  });

  it('asks a visitor to sign in', async () => {
    expect((await site.visitor().get(own())).location).toBe(`/login?next=${encodeURIComponent(own())}`);
  });

  it('takes no other spelling of the number, and nothing said beside the path, for theirs', async () => {
    const id = ids['fan@example.org']!;
    const others = [
      `0${id}`,
      `${id}.0`,
      `+${id}`,
      `%20${id}`,
      `${id}%20`,
      `${id}%00`,
      `0x${id.toString(16)}`,
      ':id',
      'me',
    ];
    for (const other of others) expect([other, (await fan.get(`/people/${other}`)).status]).toEqual([other, 403]);
    const teachers = `/people/${ids['teacher@hill.example.org']}`;
    expect((await fan.get(`${teachers}?id=${id}`)).status).toBe(403);
    expect((await fan.post(teachers, { id: String(id) })).status).toBe(403);
    expect((await fan.get(`${teachers}/..%2f${id}`)).status).toBe(404);
    expect(reached).toEqual([]);
  });

  it('demands the rest of its rule too', async () => {
    expect((await fan.send('PUT', `${own()}/audit`)).status).toBe(403);
    expect((await admin.send('PUT', `${own()}/audit`)).status).toBe(403);
    expect((await admin.send('PUT', `/people/${ids[superuser.email]}/audit`)).status).toBe(200);
  });
});

describe('a page for a record of the database', () => {
  it('opens by that record alone', async () => {
    expect((await teacher.get('/manuscripts/1')).body).toBe('entry');
    const page = await teacher.get('/manuscripts/2');
    expect(page.status).toBe(403);
    expect(page.body).toContain('Sorry, this page is only for an entry of your own school.');
    expect(reached).toEqual(['entry']);
  });

  it('heeds the record as it stands at that request', async () => {
    site.app.get(Entries).all.set('3', { school: 'shore' });
    expect((await teacher.get('/manuscripts/3')).status).toBe(403);
    site.app.get(Entries).all.set('3', { school: 'hill' });
    expect((await teacher.get('/manuscripts/3')).status).toBe(200);
  });

  it('is unknown where there is no such record', async () => {
    const page = await teacher.get('/manuscripts/99');
    expect([page.status, page.h1]).toEqual([404, 'Page not found']);
    expect(reached).toEqual([]);
  });

  it('stays closed when the record can not be read', async () => {
    expect((await teacher.get('/manuscripts/broken')).status).toBe(500);
    expect(reached).toEqual([]);
  });

  it('is looked for neither for a visitor, nor for who is refused or passes whichever it is', async () => {
    expect((await site.visitor().get('/manuscripts/99')).status).toBe(303);
    expect((await fan.get('/manuscripts/99/administered')).status).toBe(403);
    expect((await admin.get('/manuscripts/99/shown')).status).toBe(200);
    expect(lookedFor).toEqual([]);
  });

  it('may be one of several ways in', async () => {
    expect((await teacher.get('/manuscripts/1/shown')).status).toBe(200);
    const page = await teacher.get('/manuscripts/2/shown');
    expect(page.status).toBe(403);
    expect(page.body).toContain(
      'Sorry, you must hold the permission users-read to access this page, or it must be an entry of your own school.',
    );
  });

  it('may have to hold together with another', async () => {
    const id = ids['teacher@hill.example.org'];
    expect((await teacher.get(`/manuscripts/1/of/${id}`)).status).toBe(200);
    expect((await teacher.get(`/manuscripts/2/of/${id}`)).status).toBe(403);
    expect((await teacher.get(`/manuscripts/1/of/${ids[superuser.email]}`)).status).toBe(403);
  });
});

describe('without the record at hand', () => {
  const route = (name: string) => site.app.get(AccessMap).route(name)!;

  it('nobody is taken for allowed: a link is shown only for the record it leads to', async () => {
    const principal = (await site.app.get(Principals).load(ids['fan@example.org']!))!;
    const access = site.app.get(Access);
    const id = String(principal.id);
    expect(access.mayUse('GET /people/:id', principal)).toBe(false);
    expect(access.mayUse('GET /people/:id', principal, { id })).toBe(true);
    expect(access.mayUse('GET /people/:id', principal, { id: '999' })).toBe(false);
    expect(access.mayUse('GET /people/:id', principal, Object.create({ id }) as Record<string, string>)).toBe(false);
    expect(access.mayUse('GET /manuscripts/:entry', principal, { entry: '1' })).toBe(false);
    expect(lookedFor).toEqual([]);
  });

  it('the decision says that it depends, and with a path what comes of it', async () => {
    const map = site.app.get(AccessMap);
    const asked = async (path: string) => {
      const found = map.match('GET', path)!;
      const questions = site.app.get(AccessQuestions);
      return (await questions.explain('teacher@hill.example.org', found, map.parametersOf(found, path))).decision;
    };
    expect(await asked('/manuscripts/:entry')).toMatchObject({ allowed: false, refusal: 'depends' });
    expect(await asked('/manuscripts/1')).toMatchObject({ allowed: true });
    expect(await asked('/manuscripts/2')).toMatchObject({ allowed: false, refusal: 'forbidden' });
    expect(await asked(`/people/${ids['teacher@hill.example.org']}?x`)).toMatchObject({ allowed: true });
    await expect(asked('/manuscripts/99')).rejects.toMatchObject({ status: 404 });
  });

  it('who may is asked of the rest of the rule', async () => {
    const emails: string[] = [];
    const { rule } = route('GET /manuscripts/:entry/shown');
    if (rule.kind === 'all-of')
      for await (const { email } of site.app.get(AccessQuestions).everybodyWhoMay(rule)) emails.push(email);
    expect(emails).toEqual([superuser.email]);
    const page = await admin.get('/admin/access/route?route=GET+/manuscripts/:entry/shown');
    expect(page.body).toContain('only for an entry of their own school');
  });

  it('the map and the explanation show it as depending', async () => {
    const map = await admin.get('/admin/access');
    const row = /<code>GET \/people\/:id<\/code><.*?<\/tr>/.exec(map.body)?.[0] ?? '';
    const [ofVisitor, ...ofRoles] = [...row.matchAll(/<td><span [^>]*><span>([^<]*)</g)].map(([, word]) => word);
    expect([ofVisitor, ...new Set(ofRoles)]).toEqual(['sign in', 'own']);
    const why = await admin.get('/admin/access/why?email=fan@example.org&route=GET+/people/:id');
    expect(why.body).toContain(
      '<bdi>fan@example.org</bdi> can use <code>GET /people/:id</code> only for their own account.</h2>',
    );
  });
});

describe('the history of an account', () => {
  const of = (email: string) => `/users/${ids[email]}/history`;

  it('is shown to the one whose it is, and linked from their account', async () => {
    expect((await fan.get('/account')).body).toContain(`href="${of('fan@example.org')}"`);
    const page = await fan.get(of('fan@example.org'));
    expect(page.status).toBe(200);
    expect(page.body).toContain('fan@example.org registered');
  });

  it('is closed to others, but for who sees users and reads the log', async () => {
    expect((await fan.get(of('teacher@hill.example.org'))).status).toBe(403);
    expect((await site.visitor().get(of('fan@example.org'))).status).toBe(303);
    expect((await admin.get(of('fan@example.org'))).body).toContain('fan@example.org registered');
    await site.app.get(UserRenames).rename(operator, 'fan@example.org', { name: 'Fran Fan' });
    const { body } = await admin.get(of('fan@example.org'));
    for (const words of ['Every change to Fran Fan and their roles', 'Fran Fan registered'])
      expect(body).toContain(words);
    await site.app.get(UserRenames).rename(operator, 'fan@example.org', { name: '' });
    await site.app.get(RolesService).create(operator, { name: 'Half', description: '', permissions: ['audit-read'] });
    await site.app.get(UserGrants).give(operator, 'teacher@hill.example.org', 'Half');
    expect((await teacher.get(of('fan@example.org'))).status).toBe(403);
  });

  it('names nobody else, neither why nor from where', async () => {
    const { id } = await site.app.get(UsersService).byEmail(superuser.email);
    const actor = { kind: 'user', id, ip: '192.0.2.77', requestId: 'request-77' } as const;
    const grants = site.app.get(UserGrants);
    await grants.give(actor, 'fan@example.org', 'Half', { reason: 'between us administrators' });
    const { body } = await fan.get(of('fan@example.org'));
    expect(body).toContain('Somebody else gave a role to fan@example.org');
    for (const hidden of [superuser.email, `user ${id}`, '192.0.2.77', 'request-77', 'between us'])
      expect(body).not.toContain(hidden);
  });

  it('is unknown for who is not there, and closed without saying so to who may not know', async () => {
    for (const id of ['999999', '0', '01', '-1', 'x', '99999999999', '1e3']) {
      expect([id, (await admin.get(`/users/${id}/history`)).status]).toEqual([id, 404]);
      expect([id, (await fan.get(`/users/${id}/history`)).status]).toEqual([id, 403]);
    }
  });

  it('comes in pages, the newest first, each change once', async () => {
    const grants = site.app.get(UserGrants);
    for (let i = 0; i < 12; i++) {
      await grants.give(operator, 'teacher@hill.example.org', 'Admin');
      await grants.revoke(operator, 'teacher@hill.example.org', 'Admin');
    }
    const first = await teacher.get(of('teacher@hill.example.org'));
    const next = /href="([^"]*)" rel="next"/.exec(first.body)?.[1] ?? '';
    const second = await teacher.get(next.replace('&#x3D;', '='));
    expect([first, second].map(({ body }) => body.split('<p class="what">').length - 1)).toEqual([20, 6]);
    expect((await teacher.get(`${of('teacher@hill.example.org')}?before=x`)).status).toBe(200);
  });

  it('is taken with the permission to see their own account', async () => {
    await site.app.get(UserGrants).revoke(operator, 'fan@example.org', 'User');
    expect((await fan.get(of('fan@example.org'))).status).toBe(403);
  });
});
