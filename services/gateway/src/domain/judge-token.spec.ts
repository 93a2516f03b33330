import { describe, expect, it } from 'vitest';
import { isSkewed, judgeToken, type TokenFacts } from './judge-token.ts';

const now = new Date('2026-01-10T12:00:00Z');
const token: TokenFacts = {
  siteId: 'clinic-7',
  hostId: null,
  expiresAt: new Date('2026-01-10T13:00:00Z'),
  revokedAt: null,
};
const box = { site_id: 'clinic-7', host_id: 'box-1' };

describe('an enrolment token', () => {
  it('lets any appliance of its site enrol, or the one that it names', () => {
    expect(judgeToken(token, box, now)).toBeUndefined();
    expect(judgeToken({ ...token, hostId: 'box-1' }, box, now)).toBeUndefined();
  });

  it.each<[string, Partial<TokenFacts>]>([
    ['for another site', { siteId: 'clinic-8' }],
    ['for a site whose name differs in case', { siteId: 'Clinic-7' }],
    ['for another appliance', { hostId: 'box-2' }],
    ['that was revoked', { revokedAt: now }],
    ['that ends now', { expiresAt: now }],
    ['whose end cannot be read', { expiresAt: new Date(Number.NaN) }],
  ])('%s lets nobody enrol', (_what, changes) => {
    expect(judgeToken({ ...token, ...changes }, box, now)).toBeTypeOf('string');
  });
});

describe('the clock of an appliance', () => {
  it.each([-300_000, 0, 300_000])('may be off by %i ms', (ms) => {
    expect(isSkewed(now.getTime() + ms, now)).toBe(false);
  });

  it.each([-300_001, 300_001, Number.NaN, undefined])('may not be off by %s', (ms) => {
    expect(isSkewed(ms === undefined ? undefined : now.getTime() + ms, now)).toBe(true);
  });
});
