import { describe, expect, it } from 'vitest';
import { type Principal, routeCatalog } from '@countersign/shared/contracts';
import { admitAppliance } from './admit-appliance.ts';

const siteKey: Principal = {
  id: 'p',
  kind: 'appliance',
  name: 'box',
  siteId: 'clinic-1',
  namespace: 'default',
  scopes: [],
  hostId: null,
  epoch: null,
  publicKey: null,
  policy: { enrolment: 'optional', signed_requests: 'optional' },
};
const enrolled: Principal = { ...siteKey, hostId: 'box-1', epoch: 1, publicKey: 'ab'.repeat(32) };
const required = { policy: { enrolment: 'required', signed_requests: 'optional' } } as const;
const admit = (principal: Principal, body: unknown = {}) =>
  admitAppliance(principal, routeCatalog.checkIn, { body, query: {} });

describe('an appliance that enrolled', () => {
  it('acts for itself', () => {
    expect(() => admit({ ...enrolled, ...required }, { host_id: 'box-1' })).not.toThrow();
  });

  it.each(['box-2', 'Box-1', 'box-1 ', ''])('does not act for %j', (host_id) => {
    expect(() => admit(enrolled, { host_id })).toThrow(expect.objectContaining({ code: 'AUTH.HOST_FORBIDDEN' }));
  });

  it('does not poll for another', () => {
    const poll = (host_id?: string) => () =>
      admitAppliance(enrolled, routeCatalog.pollOrders, { body: undefined, query: { host_id } });
    expect(poll('box-1')).not.toThrow();
    expect(poll()).not.toThrow();
    expect(poll('box-2')).toThrow(expect.objectContaining({ code: 'AUTH.HOST_FORBIDDEN' }));
  });
});

describe('a site that demands enrolment', () => {
  it('refuses its own credential that comes from none, whatever it names', () => {
    for (const body of [{}, { host_id: 'box-1' }, null, undefined, 'x']) {
      expect(() => admit({ ...siteKey, ...required }, body)).toThrow(
        expect.objectContaining({ code: 'ENROLMENT.REQUIRED', kind: 'forbidden' }),
      );
    }
  });

  it('keeps nobody else out: who looks, and who administers', () => {
    for (const kind of ['operator', 'auditor', 'administrator'] as const) {
      expect(() => admit({ ...siteKey, kind, ...required }, { host_id: 'box-1' })).not.toThrow();
    }
  });
});

describe('a site that does not', () => {
  it('lets its credential act for each of its appliances', () => {
    expect(() => admit(siteKey, { host_id: 'box-9' })).not.toThrow();
  });
});
