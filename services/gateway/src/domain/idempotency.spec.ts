import { describe, expect, it } from 'vitest';
import { identifyRequest } from './idempotency.ts';

const facts = { principalId: 'p1', route: 'reportIncident', header: undefined, body: '{"a":1}' };
const keyOf = (changes: object) => {
  const result = identifyRequest({ ...facts, ...changes });
  if (!result.ok) throw result.refusal;
  return result.value;
};

describe('identifyRequest', () => {
  it('gives the same bytes of the same principal on the same route one key, good for a minute', () => {
    expect(keyOf({})).toEqual(keyOf({}));
    expect(keyOf({}).ttl).toBe(60);
  });

  it.each([{ principalId: 'p2' }, { route: 'reportDrift' }, { body: '{"a":2}' }, { header: 'k' }])(
    'differs with %o',
    (change) => {
      expect(keyOf(change).key).not.toBe(keyOf({}).key);
    },
  );

  it("keeps the caller's own key for a day, whatever the body, so that another body is seen as a mismatch", () => {
    const [first, second] = [keyOf({ header: 'k' }), keyOf({ header: 'k', body: 'other' })];
    expect(first.ttl).toBe(86_400);
    expect(second.key).toBe(first.key);
    expect(second.requestHash).not.toBe(first.requestHash);
  });

  it.each(['', 'a b', 'ü', 'x'.repeat(256), 'a\nb'])('refuses the key %j', (header) => {
    expect(identifyRequest({ ...facts, header })).toMatchObject({ ok: false, refusal: { code: 'REQUEST.INVALID' } });
  });
});
