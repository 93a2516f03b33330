import { describe, expect, it } from 'vitest';
import { evidenceSignedText, evidenceSignedTextOfJson } from './evidence-statement.ts';

const body = {
  site_id: 's',
  bundle_id: 'b',
  pre_state: { signature: 'kept', n: 0.5 },
  signature: 'ab',
  signed_data: 'cd',
  error: null,
};
const signedText = '{"bundle_id": "b", "error": null, "pre_state": {"n": 0.5, "signature": "kept"}, "site_id": "s"}';

describe('the evidence statement', () => {
  it('is the canonical string of the request without its outermost signature and signed_data', () => {
    expect(evidenceSignedText(body)).toBe(signedText);
    expect(evidenceSignedTextOfJson(JSON.stringify(body))).toBe(signedText);
  });

  it('keeps the floats and long integers of a Python client, read from the text as it was received', () => {
    const received = '{"signature": "x", "ntp_offset_ms": 1.0, "counter": 12345678901234567890, "rate": 1E-7}';
    expect(evidenceSignedTextOfJson(received)).toBe(
      '{"counter": 12345678901234567890, "ntp_offset_ms": 1.0, "rate": 1e-07}',
    );
  });

  it('covers a field named __proto__ instead of losing it', () => {
    const hostile = '{"site_id":"s","__proto__":{"site_id":"t"}}';
    const expected = '{"__proto__": {"site_id": "t"}, "site_id": "s"}';
    expect(evidenceSignedText(JSON.parse(hostile) as Record<string, unknown>)).toBe(expected);
    expect(evidenceSignedTextOfJson(hostile)).toBe(expected);
  });

  it('refuses a body that names a field twice', () => {
    expect(() => evidenceSignedTextOfJson('{"outcome":"failed","outcome":"success"}')).toThrow(
      expect.objectContaining({ code: 'CRYPTO.NOT_CANONICAL' }),
    );
  });
});
