import { describe, expect, it } from 'vitest';
import { type Principal, type RouteContract, routeCatalog, scopes } from '@countersign/shared/contracts';
import { admitPrincipal, readCredential } from './admit-principal.ts';

const appliance: Principal = {
  id: 'p',
  kind: 'appliance',
  name: 'box',
  siteId: 'clinic-1',
  namespace: 'default',
  scopes,
  hostId: null,
  epoch: null,
  publicKey: null,
  policy: null,
};
const headers = (all: Record<string, string>) => (name: string) => all[name];

describe('admitPrincipal', () => {
  it('lets an appliance act for its own site', () => {
    expect(() => admitPrincipal(appliance, routeCatalog.checkIn, 'clinic-1')).not.toThrow();
  });

  it.each(['clinic-2', '', 'Clinic-1', 'clinic-1 '])('refuses the foreign site %j', (site) => {
    expect(() => admitPrincipal(appliance, routeCatalog.checkIn, site)).toThrowError(
      expect.objectContaining({ code: 'AUTH.SITE_FORBIDDEN' }),
    );
  });

  it.each(Object.entries(routeCatalog).filter(([, route]: [string, RouteContract]) => route.fleetOnly))(
    'refuses who is bound to a site what tells of all: %s',
    (_name, route) => {
      const forbidden = expect.objectContaining({ code: 'AUTH.SITE_FORBIDDEN' });
      expect(() => admitPrincipal(appliance, route, undefined)).toThrowError(forbidden);
      expect(() => admitPrincipal({ ...appliance, siteId: null }, route, undefined)).not.toThrow();
    },
  );

  it('names the scope that is missing', () => {
    const reader = { ...appliance, scopes: ['orders:read' as const] };
    expect(() => admitPrincipal(reader, routeCatalog.submitEvidence, 'clinic-1')).toThrowError(
      expect.objectContaining({ code: 'AUTH.SCOPE_MISSING', details: { required_scope: 'evidence:submit' } }),
    );
  });

  it('lets an administrator act for any site', () => {
    expect(() =>
      admitPrincipal({ ...appliance, kind: 'administrator', siteId: null }, routeCatalog.checkIn, 'x'),
    ).not.toThrow();
  });
});

describe('readCredential', () => {
  it('takes a bearer token or x-api-key', () => {
    expect(readCredential(headers({ authorization: 'Bearer abc' }))).toBe('abc');
    expect(readCredential(headers({ 'x-api-key': 'abc' }))).toBe('abc');
  });

  it.each([
    {},
    { authorization: 'Basic abc' },
    { authorization: 'Bearer' },
    { authorization: '' },
    { 'x-api-key': '' },
  ])('takes %o for no credential', (all) => {
    expect(() => readCredential(headers(all as Record<string, string>))).toThrowError(
      expect.objectContaining({ code: 'AUTH.MISSING_CREDENTIAL' }),
    );
  });

  it.each([
    { authorization: 'Bearer a b' },
    { authorization: 'Bearer \u00e4' },
    { authorization: `Bearer ${'x'.repeat(4_097)}` },
    { 'x-api-key': 'a, b' },
    { 'x-api-key': 'x'.repeat(4_097) },
    { authorization: 'Bearer abc', 'x-api-key': 'abd' },
  ])('refuses %o as one that is not good, like any other', (all) => {
    expect(() => readCredential(headers(all as Record<string, string>))).toThrowError(
      expect.objectContaining({ code: 'AUTH.INVALID_CREDENTIAL' }),
    );
  });

  it('takes the same credential twice for one', () => {
    expect(readCredential(headers({ authorization: 'Bearer abc', 'x-api-key': 'abc' }))).toBe('abc');
  });
});
