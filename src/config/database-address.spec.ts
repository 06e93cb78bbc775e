import { join } from 'node:path';
import {
  DatabaseAddressFault,
  exposureOf,
  nameOfDatabase,
  parseDatabaseAddress,
  projectFolder,
  type DatabaseServer,
} from './database-address';

describe('DATABASE_URL of a SQLite file', () => {
  it.each([
    ['sqlite:data/mfo.sqlite', join(projectFolder, 'data/mfo.sqlite')],
    ['sqlite:./data/mfo.sqlite', join(projectFolder, 'data/mfo.sqlite')],
    ['sqlite:../shared/mfo.sqlite', join(projectFolder, '../shared/mfo.sqlite')],
    ['sqlite:/var/lib/mfo/mfo.sqlite', '/var/lib/mfo/mfo.sqlite'],
    ['sqlite:////var/lib/mfo/mfo.sqlite', '/var/lib/mfo/mfo.sqlite'],
    ['sqlite:data/100%25 ours é.sqlite', join(projectFolder, 'data/100%25 ours é.sqlite')],
  ])('%s is this file, wherever the program is started from', (text, file) => {
    const before = process.cwd();
    process.chdir('/');
    try {
      expect(parseDatabaseAddress(text)).toEqual({ kind: 'file', file });
    } finally {
      process.chdir(before);
    }
  });

  it.each([
    ['sqlite:///mfo.sqlite', /two ways: write sqlite:mfo\.sqlite for a file in the folder.*sqlite:\/mfo\.sqlite for/],
    ['sqlite:///data/x.db', /two ways: write sqlite:data\/x\.db for/],
    ['sqlite://mfo.sqlite', /names no server: write sqlite:mfo\.sqlite/],
    ['sqlite:', /must name a file/],
    ['sqlite://', /must name a file/],
    ['sqlite::memory:', /must name a file.*lost/],
    ['sqlite:~/mfo.sqlite', /~ is not understood/],
    ['sqlite:data/', /names a folder/],
    ['sqlite:data/mfo.sqlite?mode=ro', /no parameters/],
  ])('%s is refused in words', (text, why) => {
    expect(() => parseDatabaseAddress(text)).toThrow(DatabaseAddressFault);
    expect(() => parseDatabaseAddress(text)).toThrow(why);
  });
});

describe('DATABASE_URL of a server', () => {
  const plain = { host: 'db', port: 3306, user: 'mfo', password: 'pw', database: 'mfo', connectionLimit: 10 };
  it.each<[string, Partial<DatabaseServer>]>([
    ['mysql://mfo:pw@db/mfo', {}],
    ['mysql://mfo:pw@db:3307/mfo', { port: 3307 }],
    ['mysql://mfo:pw@[::1]:3306/mfo', { host: '::1' }],
    ['mysql://mfo:pw@[fe80::1]/mfo', { host: 'fe80::1' }],
    ['mysql://m%40fo:p%2F%23%3A%40%25w@db/mfo', { user: 'm@fo', password: 'p/#:@%w' }],
    ['mysql://mfo:pw@db/my%20festival%2F1', { database: 'my festival/1' }],
    ['mysql://mfo@db/mfo', { password: '' }],
    ['mysql://mfo:pw@db/f%C3%A9te', { database: 'féte' }],
    ['mysql://mfo:pw@db/mfo?charset=utf8mb4', {}],
    ['mysql://mfo:pw@db/mfo?connectTimeout=2500&connectionLimit=3', { connectTimeout: 2500, connectionLimit: 3 }],
    ['mysql://mfo:pw@localhost/mfo?socketPath=/run/my.sock', { host: 'localhost', socketPath: '/run/my.sock' }],
    ['mysql://mfo:pw@db/mfo?ssl=true', { ssl: { rejectUnauthorized: true, verifyIdentity: true } }],
    ['mysql://mfo:pw@db/mfo?ssl=unverified', { ssl: { rejectUnauthorized: false } }],
    ['mysql://mfo:pw@db/mfo?ssl=false', {}],
    ['mysql://mfo:pw@db/mfo?ssl={"rejectUnauthorized":false}', { ssl: { rejectUnauthorized: false } }],
    ['mysql://mfo:pw@db/mfo?ssl=%7B%22minVersion%22%3A%22TLSv1.3%22%7D', { ssl: { minVersion: 'TLSv1.3' } }],
    [
      'mysql://mfo:pw@db/mfo?sslCa=keys/ca.pem',
      { ssl: { rejectUnauthorized: true, verifyIdentity: true, caFile: join(projectFolder, 'keys/ca.pem') } },
    ],
  ])('%s is read as it is written', (text, more) => {
    expect(parseDatabaseAddress(text)).toEqual({ kind: 'server', ...plain, ...more });
  });

  it.each([
    ['oracle://mfo:secret@db/mfo', /^must be sqlite:path/],
    ['postgres://mfo:secret@db/mfo', /^must be sqlite:path/],
    ['mysql+pymysql://mfo:secret@db/mfo', /^must be sqlite:path/],
    ['mysql:mfo', /^must be sqlite:path/],
    ['mysql://mfo:secret@/mfo', /^must be sqlite:path/],
    ['mysql://mfo:secret@db:port/mfo', /^must be sqlite:path/],
    ['mysql://mfo:secret@db', /name of a database/],
    ['mysql://mfo:secret@db/', /name of a database/],
    ['mysql://mfo:secret@db/a/b', /write it as %2F/],
    ['mysql://mfo:secret%ZZ@db/mfo', /has a % in the password/],
    ['mysql://mfo:secret@db/mfo%', /has a % in the name of the database/],
    ['mysql://mfo:secret@db/mfo#x', /write it as %23/],
    ['mysql://mfo:secret@db/mfo?sslmode=require', /unknown parameter "sslmode"; known are ssl, /],
    ['mysql://mfo:secret@db/mfo?multipleStatements=true', /unknown parameter "multipleStatements"/],
    ['mysql://mfo:secret@db/mfo?timezone=local', /unknown parameter "timezone"/],
    ['mysql://mfo:secret@db/mfo?ssl=true&ssl=false', /"ssl" twice/],
    ['mysql://mfo:secret@db/mfo?ssl=yes', /ssl other than true/],
    ['mysql://mfo:secret@db/mfo?ssl=', /ssl other than true/],
    ['mysql://mfo:secret@db/mfo?ssl=[]', /ssl other than true/],
    ['mysql://mfo:secret@db/mfo?ssl=false&sslCa=ca.pem', /a certificate, and ssl=false/],
    ['mysql://mfo:secret@192.0.2.7/mfo?ssl=true', /number in place of its name/],
    ['mysql://mfo:secret@db/mfo?charset=latin1', /charset other than utf8mb4/],
    ['mysql://mfo:secret@db/mfo?connectTimeout=soon', /"connectTimeout" that is no whole number/],
    ['mysql://mfo:secret@db/mfo?connectionLimit=0', /"connectionLimit" that is no whole number/],
  ])('%s is refused in words that don’t show the password', (text, why) => {
    let message = '';
    try {
      parseDatabaseAddress(text);
    } catch (error) {
      if (error instanceof DatabaseAddressFault) ({ message } = error);
    }
    expect(message).toMatch(why);
    expect(message).not.toContain('secret');
  });

  it.each([
    ['mysql://mfo:pw@db/mfo', /without TLS/],
    ['mysql://mfo:pw@192.0.2.7/mfo?ssl=false', /without TLS/],
    ['mysql://mfo:pw@db/mfo?ssl=unverified', /certificate is not checked/],
    ['mysql://mfo:pw@db/mfo?ssl={"rejectUnauthorized":false}', /certificate is not checked/],
  ])('%s is warned about', (text, why) => {
    expect(exposureOf(parseDatabaseAddress(text))).toMatch(why);
  });

  it.each([
    'mysql://mfo:pw@db/mfo?ssl=true',
    'mysql://mfo:pw@localhost/mfo',
    'mysql://mfo:pw@127.0.0.1/mfo',
    'mysql://mfo:pw@[::1]/mfo',
    'mysql://mfo:pw@db/mfo?socketPath=/run/my.sock',
    'sqlite:data/mfo.sqlite',
  ])('%s is not', (text) => {
    expect(exposureOf(parseDatabaseAddress(text))).toBeNull();
  });

  it.each([
    ['sqlite:data/mfo.sqlite', 'data/mfo.sqlite'],
    ['sqlite:/var/lib/mfo.sqlite', '/var/lib/mfo.sqlite'],
    ['mysql://mfo:pw@db.example.org/mfo', 'mfo at db.example.org'],
  ])('%s is named "%s"', (text, name) => {
    expect(nameOfDatabase(parseDatabaseAddress(text))).toBe(name);
  });
});
