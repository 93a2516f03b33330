import { describe, expect, it } from 'vitest';
import { type Principal, routeCatalog, type RouteContract, type SitePolicy } from '@countersign/shared/contracts';
import { demandsSignature } from './signature-demand.ts';

const policy = (signed_requests: SitePolicy['signed_requests']): SitePolicy => ({
  enrolment: 'optional',
  signed_requests,
});
const box = { kind: 'appliance', epoch: null, policy: policy('optional') } as Principal;
const enrolled = { ...box, epoch: 1 };
const { acknowledgeOrder, reportIncident, pollOrders } = routeCatalog satisfies Record<string, RouteContract>;

describe('a signature', () => {
  it.each<[boolean, string, Principal, RouteContract]>([
    [false, 'an appliance that never enrolled, for an order', box, acknowledgeOrder],
    [false, 'an enrolled appliance, for a report', enrolled, reportIncident],
    [true, 'an enrolled appliance, for an order', enrolled, acknowledgeOrder],
    [true, 'any appliance of a site that demands one', { ...box, policy: policy('required') }, reportIncident],
    [true, 'the same, for a read', { ...enrolled, policy: policy('required') }, pollOrders],
    [
      false,
      'an administrator of that site',
      { ...box, kind: 'administrator', policy: policy('required') },
      reportIncident,
    ],
  ])('is demanded (%s) of %s', (isDemanded, _, principal, route) => {
    expect(demandsSignature(principal, route)).toBe(isDemanded);
  });
});
