import type { Box } from './box.ts';
import type { CallOptions } from './call.ts';

export interface HostileCase {
  name: string;
  path: string;
  send: CallOptions;
  /** The statuses that are right. */
  statuses: number[];
}

const post = (name: string, path: string, body: object | string, statuses = [400], headers = {}): HostileCase => ({
  name,
  path,
  send: { body, headers },
  statuses,
});

/** Requests that must be refused and leave no trace in the data of the site. */
export function hostileCases(box: Box): HostileCase[] {
  const names = { site_id: box.siteId, host_id: box.hostId };
  const incident = { ...names, incident_type: 'backup_failed', severity: 'high' };
  const text = JSON.stringify(incident);
  const without = (field: string) => Object.fromEntries(Object.entries(incident).filter(([name]) => name !== field));
  const withRaw = (raw: string): string => `${text.slice(0, -1)},${raw}}`;
  const wrongTypes = [null, 1, true, [], {}, ['a']].flatMap((value) =>
    (['site_id', 'host_id', 'incident_type', 'severity'] as const).map((field) =>
      post(`${field} is ${JSON.stringify(value)}`, '/incidents', { ...incident, [field]: value }),
    ),
  );
  const bundle = box.sign(box.bundle());
  return [
    ...wrongTypes,
    ...Object.keys(incident).map((field) => post(`${field} is missing`, '/incidents', without(field))),
    post('an empty name', '/incidents', { ...incident, incident_type: '' }),
    post('a huge name', '/incidents', { ...incident, incident_type: 'x'.repeat(10_000) }),
    post('a severity that is none', '/incidents', { ...incident, severity: 'apocalyptic' }),
    post('details as text', '/incidents', { ...incident, details: 'x' }),
    post('NUL in a site', '/incidents', { ...incident, site_id: `${box.siteId}\u0000` }),
    post('NUL in a type', '/incidents', { ...incident, incident_type: 'backup\u0000failed' }),
    post('NUL in the details', '/incidents', { ...incident, details: { a: '\u0000' } }),
    post('NUL in a name within the details', '/incidents', { ...incident, details: { 'a\u0000': 1 } }),
    post('a site that walks up', '/incidents', { ...incident, site_id: '../../etc' }),
    post('truncated', '/incidents', text.slice(0, -5)),
    post('two values', '/incidents', `${text}{}`),
    post('duplicate keys', '/incidents', withRaw('"severity":"low"')),
    post('duplicate keys, one of them escaped', '/incidents', withRaw('"\\u0073everity":"low"')),
    post('a lone surrogate', '/incidents', withRaw('"details":{"a":"\\ud800"}')),
    post('a number beyond all numbers', '/incidents', withRaw('"details":{"a":1e400}')),
    post('NaN', '/incidents', withRaw('"details":{"a":NaN}')),
    post('deep nesting', '/incidents', withRaw(`"details":{"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}`)),
    post('a byte order mark', '/incidents', `\uFEFF${text}`),
    post(
      'bytes that are no UTF-8',
      '/incidents',
      Buffer.concat([
        Buffer.from(withRaw('"details":{"a":"').slice(0, -1)),
        Buffer.from([0xff, 0xfe]),
        Buffer.from('"}}'),
      ]),
    ),
    post('text/plain', '/incidents', text, [415], { 'content-type': 'text/plain' }),
    post('a form', '/incidents', 'site_id=1', [415], { 'content-type': 'application/x-www-form-urlencoded' }),
    post('another charset', '/incidents', text, [415], { 'content-type': 'application/json; charset=utf-16' }),
    post('1 MB', '/incidents', { ...incident, details: { a: 'x'.repeat(1 << 20) } }, [413]),
    post('1 MB of evidence', '/evidence', { ...bundle, error: 'x'.repeat(1 << 20) }, [413]),
    post('1 MB of check-in', '/checkin', { ...names, agent_version: 'x'.repeat(1 << 20) }, [413]),
    post('a drift without an outcome', '/drift', { ...names, check_type: 'firewall' }),
    post('a drift with "false"', '/drift', { ...names, check_type: 'firewall', drifted: 'false' }),
    post('a weak key', '/checkin', { ...names, public_key: '0'.repeat(64) }, [422]),
    post('half a key', '/checkin', { ...names, public_key: 'ab' }),
    post(
      'another key',
      '/checkin',
      { ...names, public_key: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a' },
      [409],
    ),
    post('an order id that is none', '/orders/acknowledge', { site_id: box.siteId, order_id: "'; drop table orders" }),
    post('an order that is none', '/orders/acknowledge', { site_id: box.siteId, order_id: '0123456789abcdef' }, [404]),
    post('a bundle id that walks up', '/evidence', box.sign(box.bundle({ bundle_id: '../../x' }))),
    post('a time without a zone', '/evidence', box.sign(box.bundle({ timestamp_start: '2026-01-01T00:00:00' }))),
    post('an outcome that is none', '/evidence', box.sign(box.bundle({ outcome: 'perfect' }))),
    post('evidence whose text differs', '/evidence', { ...bundle, outcome: 'failed' }, [422]),
    post('multipart that is none', '/evidence/upload', 'x', [400, 415], {
      'content-type': 'multipart/form-data; boundary=b',
      'x-client-id': box.siteId,
    }),
    { name: 'a filter that is none', path: `/orders/${box.siteId}?limit=1%20or%201=1`, send: {}, statuses: [400] },
    { name: 'a page beyond all pages', path: `/evidence/${box.siteId}?offset=1e99`, send: {}, statuses: [400] },
  ];
}
