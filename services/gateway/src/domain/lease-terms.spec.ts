import { describe, expect, it } from 'vitest';
import { leaseTermsOf } from './lease-terms.ts';

const policy = (limit: number) => ({ name: 'appliance-requests', limit, windowSeconds: 60 }) as const;

describe('the terms of a lease', () => {
  it('keep a tenth of a high limit apart for those who come now and then', () => {
    expect(leaseTermsOf(policy(12_000))).toEqual({
      calm: { policy: policy(1_200), hits: 100, seconds: 600 },
      busy: { policy: policy(10_800), hits: 200, seconds: 60 },
    });
  });

  it('keep nothing apart of a limit that is too low to be cut', () => {
    expect(leaseTermsOf(policy(1_199))).toEqual({
      calm: undefined,
      busy: { policy: policy(1_199), hits: 19, seconds: 60 },
    });
    expect(leaseTermsOf(policy(7)).busy.hits).toBe(1);
  });

  it.each([1_200, 1_337, 12_000, 100_001])('never make more of %i than there is', (limit) => {
    const { calm, busy } = leaseTermsOf(policy(limit));
    expect(calm!.policy.limit + busy.policy.limit).toBe(limit);
    expect(calm!.hits * 12).toBeLessThanOrEqual(calm!.policy.limit);
  });
});
