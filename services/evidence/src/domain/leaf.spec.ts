import { describe, expect, it } from 'vitest';
import type { EventEnvelope } from '@countersign/shared/contracts';
import { canonicalString, sha256Hex } from '@countersign/shared/crypto';
import { newTraceparent } from '@countersign/shared/telemetry';
import { leafOf } from './leaf.ts';

const said = (changes: object = {}) =>
  ({
    specversion: '1.0',
    id: 'delivered:1',
    source: '/orders',
    type: 'orders.delivered.v1',
    subject: 'clinic-1',
    time: '2026-11-21T10:00:00.123Z',
    datacontenttype: 'application/json',
    data: { z: 1, a: 'Überprüft', nested: { list: [1.5, null], deep: { y: 0, x: '' } } },
    ...changes,
  }) as unknown as EventEnvelope;

/** The same JSON value with its keys the other way round at every level. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, inner]) => [key, turned(inner)]),
  );
}

/** An event whose leaf, data inline, has this length. */
function ofLength(length: number): EventEnvelope {
  const filled = (text: string) => said({ data: { text } });
  return filled('x'.repeat(length - leafOf(filled('')).text.length));
}

describe('a leaf', () => {
  it('is the canonical event with its trace id, hashed as RFC 6962 says', () => {
    const traceparent = newTraceparent();
    const leaf = leafOf(said({ traceparent, replyto: '_INBOX.x' }));
    expect(leaf.text).toBe(
      '{"data": {"a": "\\u00dcberpr\\u00fcft", "nested": {"deep": {"x": "", "y": 0}, "list": [1.5, null]}, "z": 1}, ' +
        '"datacontenttype": "application/json", "id": "delivered:1", "source": "/orders", "specversion": "1.0", ' +
        `"subject": "clinic-1", "time": "2026-11-21T10:00:00.123Z", "traceid": "${traceparent.slice(3, 35)}", ` +
        '"type": "orders.delivered.v1"}',
    );
    expect(leaf.hash).toBe(sha256Hex(Buffer.concat([Buffer.of(0), Buffer.from(leaf.text, 'utf8')])));
    expect(leaf).toMatchObject({ eventId: 'delivered:1', siteId: 'clinic-1', data: null });
  });

  it('is the same whatever the order of the fields, the span that delivered it, and whoever waits', () => {
    const traceId = newTraceparent().slice(3, 35);
    const first = said({ traceparent: `00-${traceId}-${'1'.repeat(16)}-01`, replyto: 'a' });
    const second = turned(said({ replyto: 'b', traceparent: `00-${traceId}-${'2'.repeat(16)}-00` })) as EventEnvelope;
    expect(leafOf(second)).toEqual(leafOf(first));
  });

  it('differs for every attribute, and for a value in the data that differs in kind only', () => {
    const others = [
      { id: 'x' },
      { source: '/x' },
      { type: 'x' },
      { subject: '-' },
      { time: 'x' },
      { data: { z: '1' } },
    ];
    const texts = [{}, { data: { z: 1 } }, ...others].map((changes) => leafOf(said(changes)).hash);
    expect(new Set(texts).size).toBe(texts.length);
  });

  it('has no trace id when the event has none, or one that is none', () => {
    for (const traceparent of [undefined, '', 'x', `00-${'0'.repeat(32)}-${'1'.repeat(16)}-01`]) {
      const leaf = leafOf(said({ traceparent }));
      expect(leaf.traceId).toBeNull();
      expect(leaf.text).not.toContain('traceid');
    }
  });

  it('of a submitted bundle leaves the document out and keeps its digest', () => {
    const data = { bundle_id: 'b', digest: 'd', document: 'x'.repeat(400_000) };
    const leaf = leafOf(said({ type: 'gateway.evidence-submitted.v1', data }));
    expect(JSON.parse(leaf.text)).toMatchObject({ data: { bundle_id: 'b', digest: 'd' } });
    expect(leaf.text).not.toContain('document');
  });

  it('holds data up to 60,000 bytes in all, and hands larger data over to its digest', () => {
    expect(leafOf(ofLength(60_000))).toMatchObject({ data: null });
    expect(leafOf(ofLength(60_000)).text).toHaveLength(60_000);
    for (const length of [60_001, 65_535, 65_536, 1_000_000]) {
      const event = ofLength(length);
      const { text, data } = leafOf(event);
      expect(data).toBe(canonicalString(event.data));
      expect(JSON.parse(text)).not.toHaveProperty('data');
      expect(JSON.parse(text)).toMatchObject({ dataref: `urn:sha256:${sha256Hex(data!)}`, id: 'delivered:1' });
      expect(text.length).toBeLessThan(1_000);
    }
  });

  it('counts what a character takes in the leaf, where it is escaped, and not in the event', () => {
    // 15,000 characters, 60,000 bytes in UTF-8, 180,000 in the leaf.
    expect(leafOf(said({ data: { text: '\u{1f600}'.repeat(15_000) } })).data).toHaveLength(
      180_000 + '{"text": ""}'.length,
    );
  });

  it('is never larger than an entry may be: whatever attribute does it, the event is refused', () => {
    for (const name of ['id', 'subject', 'type', 'source'])
      expect(() => leafOf(said({ [name]: 'x'.repeat(65_535) }))).toThrow(
        expect.objectContaining({ code: 'LEDGER.LEAF_TOO_LARGE', kind: 'invalid' }),
      );
    expect(leafOf(said({ id: 'x'.repeat(65_000) })).text.length).toBeLessThanOrEqual(65_535);
  });

  it('prints numbers that no double can tell apart as the event has them, and keeps them from being refused', () => {
    const event = JSON.parse('{"details": {"disk": 1e20, "id": 9007199254740993, "huge": 1e300}}') as object;
    expect(leafOf(said({ data: event })).text).toContain(
      '"data": {"details": {"disk": 100000000000000000000, "huge": 1e+300, "id": 9007199254740992}}',
    );
  });

  it('refuses what has no canonical string, and an event that lacks an attribute', () => {
    const bad = [{ data: { text: '\ud800' } }, { subject: undefined }, { time: undefined }, { data: undefined }];
    for (const changes of [...bad, { subject: undefined, data: { big: 2 ** 60 } }])
      expect(() => leafOf(said(changes))).toThrow(expect.objectContaining({ kind: 'invalid' }));
  });

  it('of nothing but empty things is still a leaf', () => {
    expect(leafOf(said({ data: {} })).text).toContain('"data": {}');
    expect(leafOf(said({ data: { '': [[], {}] } })).text).toContain('"data": {"": [[], {}]}');
  });
});
