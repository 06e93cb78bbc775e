import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Authority, selfSignedIn, type CertificateFiles } from './support/certificates';
import { emptyDatabase, type TestDatabase } from './support/database';
import { MailServer } from './support/mail-server';
import type { Person } from './support/person';
import { SiteProcess } from './support/processes';
import { superuser, testEnvironment } from './support/site';
import { until } from './support/until';

const credentials = { user: 'festival', password: 'a secret' };

let folder: string;
let authority: Authority;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mfo-tls-'));
  authority = await Authority.make(folder);
});
afterAll(() => rm(folder, { recursive: true }));

const ways = [
  {
    name: 'that is encrypted from the start',
    addressAt: (port: number) => `smtps://127.0.0.1:${port}`,
    listening: (files: CertificateFiles) => ({ tls: { ...files, fromStart: true } }),
  },
  {
    name: 'that begins to encrypt before it is given the password',
    addressAt: (port: number) => `smtp://festival:a%20secret@127.0.0.1:${port}`,
    listening: (files: CertificateFiles) => ({ tls: files, credentials }),
  },
];

describe.each(ways)('A mail server $name', ({ addressAt, listening }) => {
  let database: TestDatabase;
  let server: MailServer;
  let site: SiteProcess;
  let admin: Person;

  beforeAll(async () => {
    database = await emptyDatabase();
    server = await MailServer.start(listening(await selfSignedIn(folder)));
    const environment = { ...testEnvironment(database.url), MAIL_URL: addressAt(server.port) };
    site = new SiteProcess({ ...environment, NODE_EXTRA_CA_CERTS: authority.file });
    admin = await site.visitor();
    await admin.signIn(superuser.email, superuser.password);
    await (await site.visitor()).register('waiting@example.org', 'three unrelated words');
  });
  afterAll(async () => {
    await site.signal('SIGKILL');
    server.stop();
    await database.drop();
  });

  const isSaid = (fault: RegExp) => async () => {
    const { body } = await admin.get('/admin/mail');
    return /1 email is waiting and will be sent as soon as the mail server accepts it\./.test(body) && fault.test(body);
  };
  const now = async (how: Parameters<MailServer['open']>[0]) => {
    await server.close();
    await server.open(how);
  };
  const untrusted = (fault: string) =>
    new RegExp(`The certificate of the mail server is not trusted, so nothing was sent: ${fault}`);

  it.each<[string, () => Promise<void>, RegExp]>([
    ['nobody has signed its certificate', () => Promise.resolve(), untrusted('self-signed certificate')],
    [
      'its certificate is for another host',
      async () => now(listening(await authority.certify('mail.example.org'))),
      untrusted('Hostname/IP does not match'),
    ],
    [
      'it does not encrypt',
      () => now({ credentials }),
      /The mail server does not encrypt as MAIL_URL says, so nothing was sent/,
    ],
  ])('is sent nothing while %s, and the administrators are told', async (_while, change, fault) => {
    await change();
    await until(isSaid(fault));
    expect(server.mails).toEqual([]);
  });

  it('is sent what waits once a trusted authority says that it is the one', async () => {
    await now(listening(await authority.certify()));
    expect((await server.mailTo('waiting@example.org')).isSecure).toBe(true);
    await until(async () => !(await admin.get('/admin/mail')).body.includes('is waiting'));
    expect(server.mails).toHaveLength(1);
  });
});
