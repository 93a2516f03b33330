import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseEventName } from './event-name.ts';
import { insertEvent, insertExport } from './insert-event.ts';

const owners = ['gateway', 'orders'];
const catalog = readFileSync('libs/shared/src/contracts/event-catalog.ts', 'utf8');

describe('parseEventName', () => {
  it('derives every name from owner and event', () => {
    expect(parseEventName('orders.paused', owners)).toEqual({
      owner: 'orders',
      subject: 'orders.paused.v1',
      file: 'order-paused',
      schema: 'orderPaused',
      type: 'OrderPaused',
      instant: 'paused_at',
    });
  });

  it('keeps a second version apart from the first', () => {
    expect(parseEventName('orders.issued.v2', owners)).toMatchObject({
      file: 'order-issued-v2',
      schema: 'orderIssuedV2',
    });
  });

  it.each([
    '',
    'orders',
    'billing.paid',
    'orders.Paused',
    'orders.paused.now',
    'orders.a.v1.b',
    'orders.*',
    'orders.>',
  ])('refuses "%s"', (text) => expect(() => parseEventName(text, owners)).toThrow(`"${text}"`));
});

describe('insertEvent', () => {
  it('puts the entry behind the last one of its owner', () => {
    const lines = insertEvent(catalog, parseEventName('orders.paused', owners)).split('\n');
    const subjects = lines.flatMap((line) => /^ {2}'([a-z-]+)\.[^']+': \{$/.exec(line)?.[1] ?? []);
    expect(lines).toContain("  'orders.paused.v1': {");
    expect(subjects.lastIndexOf('orders') - subjects.indexOf('orders') + 1).toBe(
      subjects.filter((owner) => owner === 'orders').length,
    );
  });

  it('refuses an event that exists and names the next version', () => {
    expect(() => insertEvent(catalog, parseEventName('orders.issued', owners))).toThrow('orders.issued.v2');
  });
});

describe('insertExport', () => {
  it('keeps the door sorted', () => {
    const index = "export * from './a.ts';\nexport * from './c.ts';\n";
    expect(insertExport(index, 'b')).toBe(
      "export * from './a.ts';\nexport * from './b.ts';\nexport * from './c.ts';\n",
    );
    expect(insertExport(index, 'd')).toBe(`${index}export * from './d.ts';\n`);
  });
});
