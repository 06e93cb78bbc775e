import { isReadableOnItsWay, MailAddressFault, parseMailServer, parseSender } from './mail-address';

describe('The address of a mail server', () => {
  it.each([
    [
      'smtp://u:p@mail.example.org:2525',
      { host: 'mail.example.org', port: 2525, isTlsFromStart: false, tls: 'required' },
    ],
    ['smtp://u:p%40%2F@mail.example.org', { port: 587, credentials: { user: 'u', password: 'p@/' } }],
    ['smtps://u:p@mail.example.org', { port: 465, isTlsFromStart: true, tls: 'required' }],
    ['smtp://127.0.0.1:1025', { host: '127.0.0.1', tls: 'none', credentials: null }],
    ['smtp://[::1]:1025', { host: '::1', tls: 'none' }],
    ['smtp://localhost', { tls: 'none', port: 587 }],
    ['smtp://u:p@localhost', { tls: 'required' }],
    ['smtp://mail.example.org', { tls: 'offered' }],
    ['smtps://mail.example.org', { tls: 'required', credentials: null }],
  ])('%s', (text, expected) => {
    expect(parseMailServer(text)).toMatchObject(expected);
  });

  it('lets mails be read on their way only without credentials and to another machine', () => {
    expect(isReadableOnItsWay(parseMailServer('smtp://mail.example.org'))).toBe(true);
    for (const text of ['smtp://localhost', 'smtps://mail.example.org', 'smtp://u:p@mail.example.org'])
      expect(isReadableOnItsWay(parseMailServer(text))).toBe(false);
  });

  it.each([
    'mail.example.org',
    'http://mail.example.org',
    'smtp://',
    'smtp://u@h',
    'smtp://u:p@h/x',
    'smtp://h?x=1',
    'smtp://u:%@h',
  ])('%s is none', (text) => {
    expect(() => parseMailServer(text)).toThrow(MailAddressFault);
  });

  it('never shows its password in what is wrong with it', () => {
    try {
      parseMailServer('smtp://user:secret%@host');
    } catch (error) {
      expect(String(error)).not.toContain('secret');
    }
    expect.assertions(1);
  });
});

describe('The sender', () => {
  it.each([
    ['festival@example.org', { name: null, address: 'festival@example.org' }],
    ['The festival <festival@example.org>', { name: 'The festival', address: 'festival@example.org' }],
    ['"The festival" <Festival@Example.org>', { name: 'The festival', address: 'festival@example.org' }],
  ])('%s', (text, expected) => {
    expect(parseSender(text)).toEqual(expected);
  });

  it.each(['festival', 'a@example.org, b@example.org', 'x\r\nBcc: evil@example.org <a@example.org>', '<>'])(
    '%j is none',
    (text) => {
      expect(() => parseSender(text)).toThrow(MailAddressFault);
    },
  );
});
