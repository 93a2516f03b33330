import { describe, expect, it } from 'vitest';
import { admitClaims, longestLifeHours } from './token-claims.ts';

const now = Date.parse('2026-11-21T12:00:00Z');
const seconds = now / 1_000;
const rules = { audience: 'countersign', issuer: 'https://issuer.test/' };
const good = {
  sub: 's',
  aud: 'countersign',
  iss: 'https://issuer.test/',
  exp: seconds + 60,
  iat: seconds,
  nbf: seconds,
};
const admit = (claims: object, issuer: string | undefined = rules.issuer) =>
  admitClaims({ ...good, ...claims }, { ...rules, issuer }, now);

describe('the claims of a token', () => {
  it('give its subject, and when it ends', () => {
    expect(admit({})).toEqual({ ok: true, value: { subject: 's', expiresAt: now + 60_000 } });
    expect(admit({ aud: ['other', 'countersign'], nbf: undefined, iat: undefined })).toMatchObject({ ok: true });
    expect(admitClaims({ ...good, iss: undefined }, { audience: 'countersign' }, now)).toMatchObject({ ok: true });
  });

  it('end it at the very moment, without a grace', () => {
    expect(admit({ exp: seconds })).toEqual({ ok: false, refusal: 'expired' });
    expect(admit({ exp: seconds - 1, iat: seconds - 9, nbf: undefined })).toEqual({ ok: false, refusal: 'expired' });
    expect(admit({ exp: seconds + 0.001 })).toMatchObject({ ok: true });
  });

  it('are called expired only when all else is good', () => {
    const old = { exp: seconds - 60, iat: undefined, nbf: undefined };
    expect(admit(old)).toEqual({ ok: false, refusal: 'expired' });
    expect(admit({ ...old, aud: 'other' })).toEqual({ ok: false, refusal: 'not acceptable' });
    expect(admit({ ...old, iss: 'other' })).toEqual({ ok: false, refusal: 'not acceptable' });
  });

  it.each([
    { exp: undefined },
    { exp: null },
    { exp: String(seconds + 60) },
    { exp: Number.POSITIVE_INFINITY },
    { exp: 1e300 },
    { exp: -1 },
    { exp: seconds + longestLifeHours * 3_600 + 1 },
    { sub: undefined },
    { sub: '' },
    { sub: 7 },
    { sub: ['s'] },
    { sub: { $ne: null } },
    { sub: 'x'.repeat(256) },
    { aud: undefined },
    { aud: '' },
    { aud: 'Countersign' },
    { aud: 'countersign ' },
    { aud: [] },
    { aud: ['other'] },
    { aud: ['countersign', 7] },
    { aud: { countersign: true } },
    { iss: undefined },
    { iss: 'https://issuer.test' },
    { iss: ['https://issuer.test/'] },
    { nbf: seconds + 6 },
    { nbf: 'now' },
    { iat: seconds + 6 },
    { iat: {} },
    { nbf: seconds + 3, exp: seconds + 2 },
  ])('are refused as %j', (claims) => {
    expect(admit(claims)).toEqual({ ok: false, refusal: 'not acceptable' });
  });

  it.each([null, 7, 'text', [], [good]])('are refused when the payload is %j', (payload) => {
    expect(admitClaims(payload, rules, now)).toEqual({ ok: false, refusal: 'not acceptable' });
  });
});
