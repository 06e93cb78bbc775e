// Fills an empty database through the doors of version 0.1: node fill.mjs <folder of that version, built, with its .env> <DATABASE_URL>
import { execFile, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';

const [folder, databaseUrl] = process.argv.slice(2);
const require = createRequire(join(folder, 'package.json'));
process.chdir(folder);
process.loadEnvFile(join(folder, '.env'));
const { SECURITY_PASSWORD_SALT, SUPERUSER_ID, SUPERUSER_PASSWORD } = process.env;
const env = { ...process.env, DATABASE_URL: databaseUrl, PORT: '0', LOG_LEVEL: 'info' };

const people = [];
const password = (of) => `${of}: a password of 0.1`;

async function cli(...words) {
  const { stdout } = await promisify(execFile)(process.execPath, ['dist/cli.js', ...words], { env });
  return stdout;
}

class Browser {
  cookie = '';
  constructor(origin) {
    this.origin = origin;
  }
  async send(path, fields) {
    const headers = { accept: 'text/html', ...(this.cookie ? { cookie: this.cookie } : {}) };
    const body = fields && new URLSearchParams(fields);
    const response = await fetch(this.origin + path, {
      method: fields ? 'POST' : 'GET',
      redirect: 'manual',
      headers,
      body,
    });
    for (const line of response.headers.getSetCookie()) this.cookie = line.split(';')[0];
    return { status: response.status, location: response.headers.get('location'), body: await response.text() };
  }
  async expect(status, path, fields) {
    const page = await this.send(path, fields);
    if (page.status !== status)
      throw new Error(`${path} answered ${page.status}: ${page.body.replace(/<[^>]+>/g, ' ')}`);
    return page;
  }
  signIn(email, secret, more = {}) {
    return this.send('/login', { email, password: secret, ...more });
  }
}

const site = spawn(process.execPath, ['dist/main.js'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
process.on('exit', () => site.kill('SIGKILL'));
const origin = await new Promise((resolve) => {
  let said = '';
  site.stdout.on('data', (text) => {
    said += text;
    const [, at] = /listening on (http:\/\/[\d.:]+)/.exec(said) ?? [];
    if (at) resolve(at);
  });
});

async function register(email, name = '', secret = password(people.length)) {
  const browser = new Browser(origin);
  await browser.expect(303, '/register', { email, name, password: secret, password_confirm: secret });
  people.push({ email, password: secret, signsIn: true });
  return browser;
}

async function create(email, secret, ...more) {
  await cli('users', 'create', email, '--password', secret, ...more);
  people.push({ email, password: secret, signsIn: more.includes('--active') });
}

// Addresses. What reads alike is somebody else here.
const nfc = 'jos\u00e9@example.org';
await register('plain@example.org', 'Plain');
await register("o'neil@example.org", "Shaun O'Neil");
await register('UPPER.Case@Example.ORG', 'UPPER case');
await register('\uff46\uff55\uff4c\uff4c\uff57\uff49\uff44\uff54\uff48@example.org', '\uff26\uff55\uff4c\uff4c');
await register('zero\u200bwidth@example.org', 'Zero width space');
await register('zerowidth@example.org', 'Without it');
await register('soft\u00adhyphen@example.org', 'Soft hyphen');
await register('softhyphen@example.org', 'Without it');
await register(nfc, 'Jos\u00e9 N\u00fa\u00f1ez');
await register('jose@example.org', 'Jose Nunez');
await register('p\u0430ypal@example.org', 'With a Cyrillic a');
await register('paypal@example.org', 'Without');
await register('\u03b1\u03bb\u03c6\u03b1@example.org', '\u0391\u03bb\u03c6\u03b1');
await register('\u5c71\u7530@example.org', '\u5c71\u7530 \u592a\u90ce');
await register('kim@b\u00fccher.example', 'In letters');
await register('kim@xn--bcher-kva.example', 'In punycode');
await register('stra\u00dfe@example.org', 'With \u00df');
await register('strasse@example.org', 'With ss');
await register('\u0131stanbul@example.org', 'Dotless');
await register(`${'l'.repeat(64)}@${'d'.repeat(60)}.example.org`, 'n'.repeat(100));
// Names.
await register('bidi@example.org', 'Amy \u202egro.elpmaxe@nimda\u202c');
await register('invisible@example.org', '\u200b\u200d\u2060');
await register('blanks@example.org', 'Double  blank   name');
await register('emoji@example.org', '\ud83d\udc69\u200d\ud83c\udfa4 Singer');
await register('twin@example.org', 'Ame\u0301lie (decomposed)');
// Passwords.
await register('password.unicode@example.org', '', 'battery staple\u2160 \u00fc');
await register('password.long@example.org', '', 'x'.repeat(4096));
await register('password.blanks@example.org', '', '  blanks at both ends  ');
await create('by.operator@example.org', password('operator'), '--active', '--name', 'By the operator');
await create('not.active@example.org', password('not active'));

const admin = new Browser(origin);
if ((await admin.signIn(SUPERUSER_ID, SUPERUSER_PASSWORD, { remember: 'on' })).status !== 303)
  throw new Error('The superuser is refused.');
people.push({ email: SUPERUSER_ID, password: SUPERUSER_PASSWORD, signsIn: true });

// Roles.
const roles = [
  'admin',
  'ADMIN',
  'user',
  'Crew',
  'crew',
  'B\u00fchne',
  'Bu\u0308hne',
  'Front  gate',
  'Front gate',
  '\u5c0f\u7d44',
  'R'.repeat(64),
];
for (const [i, name] of roles.entries())
  await cli(
    'roles',
    'create',
    name,
    '-d',
    `Role ${i}: ${name}`.slice(0, 255),
    '-p',
    i % 2 ? 'users-read,admin-read' : 'user-read',
  );
await admin.expect(303, '/admin/roles/new', {
  name: 'Helper',
  description: "The helper's role",
  permissions: 'user-read',
});
await cli('roles', 'create', 'Short-lived', '-d', 'Deleted again');
await cli('roles', 'add-permissions', 'Crew', 'audit-read,roles-read');
await cli('roles', 'remove-permissions', 'Crew', 'roles-read');
await cli('roles', 'delete', 'Short-lived');

// Grants.
const soon = () => new Date(Date.now() + 60_000).toISOString();
await cli('roles', 'add', 'plain@example.org', 'Crew', '--until', soon(), '--reason', 'Ended when this was stored');
await cli(
  'roles',
  'add',
  'blanks@example.org',
  'Front  gate',
  '--until',
  '2027-06-30',
  '--reason',
  'Day shift; d\'accord \\ "quoted"',
);
await cli('roles', 'add', nfc, 'B\u00fchne');
await cli('roles', 'add', nfc, 'Bu\u0308hne', '--until', '9999-12-30');
await cli('roles', 'add', 'by.operator@example.org', 'Admin', '--until', '2027-01-31');
await cli('roles', 'add', 'by.operator@example.org', 'Admin', '--until', 'never', '--reason', 'Second administrator');
await cli('roles', 'add', 'emoji@example.org', 'admin');
await cli('roles', 'add', 'twin@example.org', 'crew');
await cli('roles', 'remove', 'twin@example.org', 'crew');
await cli('roles', 'remove', 'invisible@example.org', 'User');
await cli('roles', 'add', 'bidi@example.org', 'ADMIN', '--until', soon());

const idOf = async (email) => JSON.parse(await cli('users', 'list', '--json')).find((user) => user.email === email).id;
async function change(path, fields) {
  const shown = await admin.expect(200, `${path}?${new URLSearchParams(fields)}`);
  const [, digest] = /name="digest" value="([^"]+)"/.exec(shown.body);
  return admin.expect(303, path, { ...fields, digest });
}
await change('/admin/users/change', {
  change: 'grant',
  users: `${await idOf('paypal@example.org')},${await idOf('jose@example.org')}`,
  role: 'Helper',
  until: '2028-02-29',
  reason: 'By the administrator',
});
await change('/admin/users/change', {
  change: 'deactivate',
  users: String(await idOf('strasse@example.org')),
  reason: 'Left',
});
people.find(({ email }) => email === 'strasse@example.org').signsIn = false;
const { id: helper } = JSON.parse(await cli('roles', 'list', '--json')).find(({ name }) => name === 'Helper');
const { body: edit } = await admin.expect(200, `/admin/roles/${helper}/edit`);
const base = /name="base" value="([^"]+)"/.exec(edit)[1];
const edited = { name: 'Helper at the gate', description: 'Changed', permissions: 'user-read,user-write' };
await change('/admin/roles/change', { change: 'edit', role: 'Helper', base, ...edited });

// An account that came and went, and one in and out.
await cli('users', 'create', 'gone@example.org', '--password', password('gone'), '--active');
await cli('users', 'delete', 'gone@example.org');
await cli('users', 'deactivate', 'softhyphen@example.org');
await cli('users', 'activate', 'softhyphen@example.org');

// Links: one open, one used.
await cli('users', 'create', 'invited@example.org', '--link', '--active', '--name', 'Invited');
const used = /\/welcome\/([\w.-]+\w)/.exec(
  `${await cli('users', 'create', 'welcomed@example.org', '--link', '--active')} `,
)[1];
const chosen = password('welcomed');
await new Browser(origin).expect(303, `/welcome/${used}`, { password: chosen, password_confirm: chosen });
people.push({ email: 'welcomed@example.org', password: chosen, signsIn: true });
await admin.expect(303, `/admin/users/${await idOf('stra\u00dfe@example.org')}/link`, {});

// Requests: open, withdrawn, approved, declined.
async function ask(email, route, reason) {
  const browser = new Browser(origin);
  await browser.signIn(email, people.find((person) => person.email === email).password);
  await browser.expect(303, '/access/request', { route, reason });
  return browser;
}
await ask('zerowidth@example.org', 'GET /admin/audit', "I'd like to read it \u2013 \u2603");
const withdrawing = await ask('blanks@example.org', 'GET /admin/users', 'Withdrawn');
await withdrawing.expect(303, '/access/request/2/withdraw', {});
await ask('jose@example.org', 'GET /admin/access', 'Approved');
const shown = await admin.expect(200, '/admin/requests/3?role=Admin');
await admin.expect(303, '/admin/requests/3', {
  decision: 'approve',
  role: 'Admin',
  until: '',
  digest: /name="digest" value="([^"]+)"/.exec(shown.body)[1],
});
await ask('paypal@example.org', 'GET /admin/roles', 'Declined');
await admin.expect(303, '/admin/requests/4', { decision: 'decline', answer: 'Not this year' });

// Sign-ins, refusals, forbidden pages, sessions.
const plain = new Browser(origin);
await plain.signIn('plain@example.org', people[0].password, { remember: 'on' });
await plain.expect(403, '/admin');
await new Browser(origin).signIn('plain@example.org', 'wrong password');
await new Browser(origin).signIn('nobody@example.org', 'wrong password');
for (let i = 0; i < 12; i++) await new Browser(origin).signIn('limited@example.org', 'wrong password');
const renewed = password('renewed');
await plain.expect(303, '/account/password', {
  current_password: people[0].password,
  password: renewed,
  password_confirm: renewed,
});
people[0].password = renewed;
await admin.expect(303, `/admin/users/${await idOf('emoji@example.org')}/sessions/end`, {});
await cli('users', 'change-password', 'upper.case@example.org', '--password', password('changed'));
people.find(({ email }) => email === 'UPPER.Case@Example.ORG').password = password('changed');
await cli('users', 'reset-access', 'twin@example.org');

site.kill('SIGTERM');
await new Promise((resolve) => site.on('exit', resolve));

// No door of 0.1 gives a role for later, and none takes a hash: its service, and the rows of the article's application.
process.env.DATABASE_URL = databaseUrl;
process.env.LOG_LEVEL = 'error';
const { NestFactory } = require('@nestjs/core');
const { AppModule } = require(join(folder, 'dist/app.module.js'));
const { Database } = require(join(folder, 'dist/database/database.js'));
const { UsersService } = require(join(folder, 'dist/users/users.service.js'));
const house = await NestFactory.createApplicationContext(AppModule, { logger: false });
await house.get(Database).openExisting();
const users = house.get(UsersService);
const operator = { kind: 'operator' };
await users.grant(operator, 'strasse@example.org', 'Crew', {
  from: new Date('2027-05-01T00:00:00Z'),
  until: new Date('2027-05-04T00:00:00Z'),
  reason: 'Later',
});
const bcrypt = require('bcrypt');
const argon2 = require('@node-rs/argon2');
const peppered = (text) => createHmac('sha512', SECURITY_PASSWORD_SALT).update(text.normalize('NFKD')).digest('base64');
const hashes = {
  argon2: (text) => argon2.hash(peppered(text), { memoryCost: 1024, timeCost: 1 }),
  'bcrypt.cost5': (text) => bcrypt.hash(peppered(text).slice(0, 72), 5),
  'bcrypt.php': async (text) => (await bcrypt.hash(peppered(text).slice(0, 72), 4)).replace('$2b$', '$2y$'),
};
for (const [kind, hash] of Object.entries(hashes)) {
  const email = `${kind}@example.org`;
  const secret = password(kind);
  await users.create(operator, { email, name: kind, passwordHash: await hash(secret), active: true, roles: ['User'] });
  people.push({ email, password: secret, signsIn: true });
}
if (!/whole|complete|intact/i.test(await cli('audit', 'verify'))) console.error(await cli('audit', 'verify'));
await house.close();
process.stdout.write(`${JSON.stringify(people, null, 2)}\n`);
