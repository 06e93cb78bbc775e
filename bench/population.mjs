// Fills a migrated and seeded database with a big population: the same for the same sizes, whenever it is made.
import { createHash } from 'node:crypto';
import { emailKey, lookOfEmail } from '../dist/text/email-address.js';
import { storedWords } from '../dist/text/search-words.js';

const DAY = 24 * 60 * 60_000;
/** The present of the population is its making, so that halves of the bounded grants stay past and to come. */
const now = Math.floor(Date.now() / DAY) * DAY;
const ROWS_A_STATEMENT = { users: 4000, grants: 10_000, words: 20_000, signIns: 10_000 };

/**
 * `users` people in all, those who are there included; `roles` roles named "Crew 001" and so on; `grants` grants in all.
 * "Crew 001" is held by exactly `popular`, "User" by everybody, the others by fewer and fewer. The last one alone carries
 * audit-read. Everybody has the password of the first user.
 *
 * @param database what `scratch` and `opened` of databases.mjs answer
 */
export async function populate(database, { users, roles, grants, popular }) {
  const facts = await factsOf(database);
  const random = mulberry32(20260101);
  const crews = Array.from({ length: roles }, (_, i) => ({ id: facts.lastRole + 1 + i, number: i + 1, holders: 0 }));
  const made = users - facts.people;
  // One grant of User for each new person; what is left over goes to the crews other than the first.
  const dealt = grants - facts.grants - made - popular;
  if (made < popular || dealt < 0) throw new Error('So few grants or users do not fill so many roles.');
  const progress = progressOf(made);
  await database.filling(async (insert) => {
    await insert('roles', crews.map(roleRow));
    await insert(
      'role_permissions',
      crews.flatMap((crew) => permissionRows(crew, crews.length, facts, random)),
    );
    const pick = longTailed(crews.slice(1), random);
    const rows = { users: [], grants: [], words: [], signIns: [] };
    let active = 0;
    for (let i = 0; i < made; i++) {
      const person = personOf(i, facts, random);
      const held = [
        ...(shareOf(i, made, popular) > 0 ? [crews[0]] : []),
        ...several(unevenShareOf(i, made, dealt), pick, crews.length - 1),
      ];
      for (const crew of held) crew.holders++;
      active += person.active ? 1 : 0;
      rows.users.push(userRow(person));
      rows.words.push(...storedWords(person).map((word) => ({ word, user_id: person.id })));
      rows.signIns.push(...signInRows(person, i));
      rows.grants.push(
        grantRow(person, facts.userRole),
        ...held.map((crew) => boundedGrantRow(person, crew.id, random)),
      );
      if (rows.users.length >= ROWS_A_STATEMENT.users || i === made - 1) {
        await insert('users', rows.users.splice(0));
        while (rows.words.length > 0) await insert('user_words', rows.words.splice(0, ROWS_A_STATEMENT.words));
        while (rows.signIns.length > 0)
          await insert('sign_in_events', rows.signIns.splice(0, ROWS_A_STATEMENT.signIns));
        while (rows.grants.length > 0) await insert('grants', rows.grants.splice(0, ROWS_A_STATEMENT.grants));
        progress(i + 1);
      }
    }
    await count(database, { made, active, crews, userRole: facts.userRole });
  });
}

/** What the counters kept with each change would say. */
async function count(database, { made, active, crews, userRole }) {
  await database.run('UPDATE access_state SET people = people + ?, active_people = active_people + ?', [made, active]);
  for (const { id, holders } of [...crews, { id: userRole, holders: made }])
    await database.run('UPDATE roles SET holders = holders + ? WHERE id = ?', [holders, id]);
}

async function factsOf(database) {
  const [first] = await database.run('SELECT password_hash FROM users ORDER BY id LIMIT 1');
  const [sizes] = await database.run(
    `SELECT (SELECT COUNT(*) FROM users) AS people, (SELECT MAX(id) FROM users) AS lastUser,
      (SELECT COUNT(*) FROM grants) AS grants, (SELECT MAX(id) FROM roles) AS lastRole`,
  );
  const [user] = await database.run("SELECT id FROM roles WHERE name = 'User'");
  const permissions = await database.run('SELECT name FROM permissions ORDER BY name');
  return {
    ...sizes,
    hash: first.password_hash,
    userRole: user.id,
    permissions: permissions.map(({ name }) => name),
  };
}

// The rows. A column that the database does not have is left out.

function roleRow({ id, number, holders }) {
  return { id, name: crewName(number), description: `People of crew ${number}`, built_in: 0, holders };
}

/** The first carries what opens the administration, the last what hardly anybody has, the others 1 to 15 of the rest. */
function permissionRows({ id, number }, roles, { permissions }, random) {
  const rest = permissions.filter((name) => name !== 'audit-read');
  const [first, last] = [
    ['user-read', 'admin-read', 'admin-write'],
    ['user-read', 'admin-read', 'admin-write', 'audit-read'],
  ];
  const most = Math.min(15, rest.length);
  const carried = number === 1 ? first : number === roles ? last : sample(rest, 1 + below(most, random), random);
  return carried.map((permission) => ({ role_id: id, permission }));
}

function personOf(i, { lastUser, hash }, random) {
  const [first, last] = [oneOf(firstNames, random), oneOf(lastNames, random)];
  const created = now - below(3 * 365 * DAY, random);
  return {
    id: lastUser + 1 + i,
    name: `${first} ${last}`,
    email: `${asciiOf(first)}.${asciiOf(last)}.${i}@example.org`,
    hash,
    active: random() >= 0.05,
    created,
    seen: random() < 0.1 ? null : created + below(now - created + 1, random),
  };
}

function userRow({ id, email, name, hash, active, created, seen }) {
  return {
    id,
    email,
    name,
    email_key: emailKey(email),
    email_look: lookOfEmail(email).own,
    needs_rename: 0,
    password_hash: hash,
    has_configured_password: 0,
    active: active ? 1 : 0,
    access_version: createHash('md5').update(String(id)).digest('hex'),
    created_at: moment(created),
    last_sign_in_at: moment(seen),
    held_until: null,
  };
}

/** A sign-in of the last year, and of every tenth a refused page; from one of a hundred thousand networks. */
function signInRows({ id }, i) {
  const at = now - ((i * 7919) % 365) * DAY - (i % DAY);
  const row = { user_id: id, ip: networkName(i), first_at: at, last_at: at, count: 1 + (i % 5) };
  const rowOf = (kind, route) => ({
    id: createHash('sha256').update(`${kind} ${id}`).digest('hex'),
    kind,
    route,
    ...row,
  });
  return [rowOf('signed in', null), ...(i % 10 === 0 ? [rowOf('forbidden', 'GET /admin/audit')] : [])];
}

export function networkName(i) {
  return `10.${i % 100}.${(i >> 3) % 250}.${i % 4}`;
}

/** Without an end. */
function grantRow({ id, created }, role) {
  return {
    user_id: id,
    role_id: role,
    granted_by: null,
    granted_at: moment(created),
    starts_at: null,
    ends_at: null,
    reason: null,
  };
}

/** Of a hundred, five have an end (half of these have passed it), and one begins later. */
function boundedGrantRow(person, role, random) {
  const row = { ...grantRow(person, role), granted_by: 1, reason: 'Joined the crew' };
  const chance = random();
  const aWhile = 1 + below(365 * DAY, random);
  if (chance < 0.025) row.ends_at = moment(now - aWhile);
  else if (chance < 0.05) row.ends_at = moment(now + DAY + aWhile);
  else if (chance < 0.06) row.starts_at = moment(now + DAY + aWhile);
  return row;
}

export function crewName(number) {
  return `Crew ${String(number).padStart(3, '0')}`;
}

/** UTC, as both engines store it. */
function moment(milliseconds) {
  return milliseconds === null ? null : new Date(milliseconds).toISOString().replace('T', ' ').slice(0, 23);
}

/** Of `total` things dealt evenly to `people`, those of person `i`. */
function shareOf(i, people, total) {
  return Math.floor(((i + 1) * total) / people) - Math.floor((i * total) / people);
}

/** Likewise, but of each ten people the first get none and the last twice as many. */
function unevenShareOf(i, people, total) {
  const dealt = (n) => {
    const block = Math.min(10, people - (n - (n % 10)));
    const [before, whole] = [n - (n % 10), Math.floor(((n - (n % 10) + block) * total) / people)];
    const start = Math.floor((before * total) / people);
    return start + Math.floor((whole - start) * ((n - before) / block) ** 2);
  };
  return (i === people - 1 ? total : dealt(i + 1)) - dealt(i);
}

function several(count, pick, most) {
  const picked = new Set();
  while (picked.size < Math.min(count, most)) picked.add(pick());
  return [...picked];
}

/** Picks the first often, and each next one by the same factor less: the last about 3000 times less. */
function longTailed(things, random) {
  const sums = [];
  for (let i = 0, sum = 0; i < things.length; i++) sums.push((sum += Math.exp((-8 * i) / things.length)));
  return () => {
    const wanted = random() * sums.at(-1);
    let [low, high] = [0, sums.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle] > wanted) high = middle;
      else low = middle + 1;
    }
    return things[low];
  };
}

function sample(things, count, random) {
  const left = [...things];
  return Array.from({ length: count }, () => left.splice(below(left.length, random), 1)[0]);
}

function below(bound, random) {
  return Math.floor(random() * bound);
}

function oneOf(things, random) {
  return things[below(things.length, random)];
}

function asciiOf(name) {
  return name
    .normalize('NFD')
    .replaceAll('ø', 'o')
    .replaceAll('ł', 'l')
    .replaceAll('Ł', 'L')
    .replaceAll('ß', 'ss')
    .replace(/[^A-Za-z]/g, '')
    .toLowerCase();
}

/** Tommy Ettinger's mulberry32 (public domain), in the JavaScript of bryc's "PRNGs" page: numbers from 0 to below 1. */
function mulberry32(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A bar on standard error, where somebody may look at it. */
function progressOf(total) {
  const { stderr } = process;
  return (done) => {
    if (!stderr.isTTY) return;
    const filled = Math.round((30 * done) / total);
    stderr.write(`\r${'█'.repeat(filled)}${'·'.repeat(30 - filled)} ${done} of ${total} people`);
    if (done === total) stderr.write('\r\x1b[K');
  };
}

const firstNames =
  `Ada Aino Åsa Alice Amélie Anders André Aoife Arjun Astrid Ayşe Beatriz Ben Björn Bogdan Camille Carlos
  Charlotte Chiara Chloë Clémence Daniel David Dmitri Élodie Emma Erik Eva Farah Fatima Felix Fiona François Freya Gabriel
  George Giulia Grace Hana Hannah Harper Helga Hélène Hugo Ibrahim Ida Ines Ingrid Isabel Ivan Jakub Jan Jasmine Joana
  João José Jürgen Kai Karin Katarzyna Kenji Kofi Lars Laura Léa Leila Liam Linh Lucía Łukasz Maëlle Magdalena Malik
  Márta Mateusz Maya Mei Mohammed Nadia Naïma Ngozi Niamh Nikola Noah Nora Nuno Olga Oliver Omar Óscar Paul Petra Priya
  Quentin Rafael Raúl Rosa Ruth Sadia Samuel Sanne Seán Siobhán Sofia Søren Tamás Tariq Thérèse Thomas Tomáš Ursula Uwe
  Valérie Victor Wanjiru Wei William Xavier Yara Yuki Yusuf Zoë Zofia Željko`.split(/\s+/);
const lastNames =
  `Abbott Acheampong Adeyemi Ahmed Åkesson Almeida Andersson Bauer Becker Bélanger Bennett Bergström Bianchi
  Blažek Boateng Brown Byrne Çelik Chen Clarke Costa Côté Dąbrowski Davies Díaz Dubois Duong Eriksson Evans Fernández
  Fischer Fitzgerald Fontaine García Gómez Green Grünwald Gupta Haas Hall Hansen Hernández Hill Hoffmann Horváth Hughes
  Ibáñez Iversen Jansen Jensen Johansson Jones Jørgensen Kaya Kelly Khan Kim King Kovács Kowalski Krüger Kumar Lange
  Larsen Lefèvre Lindqvist López Łuczak Mäkinen Marković Martínez Mbeki Meyer Müller Murphy Nagy Nakamura Nguyen Nielsen
  Novák Núñez Nwosu O'Brien O'Connor Okafor Olsen Öztürk Papadopoulos Patel Pereira Petersen Petrović Quinn Rahman Ramírez
  Richter Roberts Rossi Roy Ryan Sánchez Santos Sato Schäfer Schmidt Silva Singh Smith Sørensen Šimić Takahashi Tanaka
  Taylor Thompson Tóth Tran Vasquez Virtanen Wagner Walker Wang Weiß Williams Wiśniewski Wójcik Wright Yamamoto Yang Yılmaz
  Young Zając Zhang Zimmermann`.split(/\s+/);
