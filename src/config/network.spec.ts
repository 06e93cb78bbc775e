import fc from 'fast-check';
import { addressIn, networkOf, widerNetworksOf } from './network';
import { trusting } from './trusted-proxies';

describe('an address is read from', () => {
  it.each([
    ['198.51.100.23', '198.51.100.23'],
    ['198.51.100.23:51234', '198.51.100.23'],
    ['"198.51.100.23:443"', '198.51.100.23'],
    [' 198.51.100.23 ', '198.51.100.23'],
    ['2001:db8::23', '2001:db8::23'],
    ['[2001:DB8::23]', '2001:db8::23'],
    ['[2001:db8::23]:443', '2001:db8::23'],
    ['fe80::1%eth0', 'fe80::1'],
    ['[fe80::1%25eth0]:8080', 'fe80::1'],
    ['::ffff:198.51.100.23', '198.51.100.23'],
    ['[::ffff:198.51.100.23]:1', '198.51.100.23'],
    ['::ffff:c633:6417', '198.51.100.23'],
  ])('%j: %s', (text, address) => {
    expect(addressIn(text)?.toString()).toBe(address);
    expect(networkOf(text)).toBe(networkOf(address));
  });

  it.each([
    '',
    'unknown',
    '_hidden',
    'proxy.example',
    '1',
    '127.1',
    '0x7f.0.0.1',
    '198.51.100.256',
    '198.51.100.23:',
    '198.51.100.23:port',
    '198.51.100.23:512345',
    '198.51.100.23, 10.0.0.1',
    'for=198.51.100.23',
    '[2001:db8::23',
    '2001:db8::23]:443',
    '[198.51.100.23',
    '1:2:3:4:5:6:7:8:9',
    `2001:db8::${'0'.repeat(4000)}23`,
    '198.51.100.23\u0000',
    '١٩٨.51.100.23',
  ])('nothing like %j', (text) => {
    expect(addressIn(text)).toBeNull();
    expect(networkOf(text)).toBe('unknown');
  });

  it('any text without an error, and in no more characters than a column has', () => {
    const texts = fc.oneof(
      fc.string(),
      fc.ipV4(),
      fc.ipV6(),
      fc.ipV6().map((ip) => `[${ip}]:80`),
    );
    fc.assert(fc.property(texts, (text) => (addressIn(text)?.toString() ?? '').length <= 45));
    fc.assert(fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (ip) => addressIn(ip) !== null));
  });
});

describe('a proxy is believed', () => {
  it.each<[proxies: string[], address: string, isBelieved: boolean]>([
    [['loopback'], '127.0.0.9', true],
    [['loopback'], '::1', true],
    [['loopback'], '::ffff:127.0.0.1', true],
    [['loopback'], '128.0.0.1', false],
    [['uniquelocal'], '172.31.255.255', true],
    [['uniquelocal'], '172.32.0.0', false],
    [['uniquelocal'], 'fd00::1', true],
    [['linklocal'], 'fe80::1%eth0', true],
    [['linklocal'], '169.254.1.1:80', true],
    [['10.1.2.3'], '10.1.2.3:443', true],
    [['10.1.2.3'], '10.1.2.4', false],
    [['10.1.2.3/8'], '10.200.0.1', true],
    [['10.1.2.3/8'], '::a01:203', false],
    [['::ffff:10.1.2.0/120'], '10.1.2.77', true],
    [['2001:db8::/32', '10.0.0.0/8'], '2001:db8:1::', true],
    [['2001:db8::/32', '10.0.0.0/8'], '2001:db9::', false],
    [['10.0.0.0/8'], 'garbage', false],
    [[], '127.0.0.1', false],
  ])('of %j %s: %s', (proxies, address, isBelieved) => {
    expect(trusting(proxies)(address)).toBe(isBelieved);
  });
});

describe('the networks that one owner may have whole', () => {
  it('are of IPv6 the /56 and the /48 of an address', () => {
    expect(networkOf('2001:db8:1:23ff:a:b:c:d')).toBe('2001:db8:1:23ff::/64');
    expect(widerNetworksOf('2001:db8:1:23ff:a:b:c:d')).toEqual(['2001:db8:1:2300::/56', '2001:db8:1::/48']);
    expect(widerNetworksOf('2001:db8:1:2300::')).toEqual(['2001:db8:1:2300::/56', '2001:db8:1::/48']);
  });

  it('are none of IPv4, also as IPv6 writes it, and none of no address', () => {
    for (const ip of ['198.51.100.23', '::ffff:198.51.100.23', '', 'unknown']) expect(widerNetworksOf(ip)).toEqual([]);
  });
});
