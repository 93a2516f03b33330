import { describe, expect, it } from 'vitest';
import { clientAddressOf, countedAddress } from './client-address.ts';

const from = (forwarded: string | undefined, hops: number, ip = '10.0.0.1'): string =>
  clientAddressOf({ ip, headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded } }, hops);

describe('the address of a client', () => {
  it('is the peer of the connection when there is no proxy, whatever the header says', () => {
    expect(from('6.6.6.6', 0)).toBe('10.0.0.1');
  });

  it.each([
    ['203.0.113.9', 1, '203.0.113.9'],
    ['6.6.6.6, 203.0.113.9', 1, '203.0.113.9'],
    ['6.6.6.6,7.7.7.7,  203.0.113.9', 1, '203.0.113.9'],
    ['6.6.6.6, 203.0.113.9, 10.0.0.2', 2, '203.0.113.9'],
  ])(
    'of %j behind %i proxies is the one that our proxy saw: forged entries on the left mean nothing',
    (header, hops, is) => {
      expect(from(header, hops)).toBe(is);
    },
  );

  it.each([undefined, '', '203.0.113.9', 'unknown, 10.0.0.2', '<script>, 10.0.0.2', `${'9'.repeat(5_000)}, 10.0.0.2`])(
    'of %j behind two proxies is the peer: that did not come through them',
    (header) => {
      expect(from(header, 2)).toBe('10.0.0.1');
    },
  );

  it.each([
    ['203.0.113.9:4711', '203.0.113.9'],
    ['[2001:db8:1:2::1]:4711', '2001:db8:1:2::/64'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
  ])('may be written as %s', (written, is) => {
    expect(from(written, 1)).toBe(is);
  });

  it('of IPv6 is the network, of which one subscriber has 2^64 addresses', () => {
    expect(countedAddress('2001:db8:1:2:3:4:5:6')).toBe(countedAddress('2001:0db8:1:2::1'));
    expect(countedAddress('2001:db8::1')).toBe('2001:db8:0:0::/64');
    expect(countedAddress('2001:db8:1:3::1')).not.toBe(countedAddress('2001:db8:1:2::1'));
    expect(countedAddress('::1')).toBe('0:0:0:0::/64');
    expect(countedAddress('fe80::1%eth0')).toBe('fe80:0:0:0::/64');
  });
});
