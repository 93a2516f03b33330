import { describe, expect, it } from 'vitest';
import { type OrderFields } from '../contracts/index.ts';
import { by, fields, refusalOf as refusalBy, ring } from './orders.conformance.ts';
import { signOrder } from './sign-order.ts';

const refusalOf = (order: unknown, applianceEpoch?: number) => refusalBy(order, { ...by, applianceEpoch });
const orderOf = (appliance_epoch: unknown) => signOrder({ ...fields, appliance_epoch } as OrderFields, ring);
const wrongEpoch = ['WRONG_EPOCH', 'appliance_epoch'];

describe('an order and the enrolment of its appliance', () => {
  it('fit when both are of the same epoch', () => {
    expect(refusalOf(orderOf(2), 2)).toBe('accepted');
  });

  it.each([0, 1, 3])('do not fit when the order is of epoch %i and the appliance of epoch 2', (epoch) => {
    expect(refusalOf(orderOf(epoch), 2)).toEqual(wrongEpoch);
  });

  it('do not fit when the order says no epoch', () => {
    expect(refusalOf(signOrder(fields, ring), 2)).toEqual(wrongEpoch);
  });

  it('are not compared by an appliance that never enrolled: it cannot know', () => {
    expect(refusalOf(signOrder(fields, ring))).toBe('accepted');
    expect(refusalOf(orderOf(7))).toBe('accepted');
  });

  it('are compared as they were signed: an epoch that was changed or added on the way is a forgery', () => {
    const mismatch = ['FIELD_MISMATCH', 'appliance_epoch'];
    expect(refusalOf({ ...orderOf(1), appliance_epoch: 2 }, 2)).toEqual(mismatch);
    expect(refusalOf({ ...signOrder(fields, ring), appliance_epoch: 2 }, 2)).toEqual(mismatch);
    const { appliance_epoch: _, ...without } = orderOf(2);
    expect(refusalOf(without, 2)).toEqual(mismatch);
  });

  it.each([-1, 1.5, '2', null])('cannot fit when the epoch is no count: %j', (epoch) => {
    expect(refusalOf(orderOf(epoch), 2)).toEqual(['MALFORMED', 'appliance_epoch']);
  });
});
