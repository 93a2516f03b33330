import { describe, expect, it } from 'vitest';
import type { WitnessState } from '../witness/witness-state.ts';
import { describeWitness } from './describe-result.ts';

const at = '2026-01-10T12:00:00.000Z';
const told = (changes: Partial<WitnessState>) =>
  describeWitness({
    status: 'watching',
    ledgerKey: null,
    size: 12,
    isSilent: false,
    heardAt: at,
    refusals: [],
    ...changes,
  });
const refusal = { reason: 'SPLIT_VIEW', seenSize: 12, at, isDelivered: true } as const;

describe('what a person is told of the ledger', () => {
  it('is how far it was verified', () => {
    expect(told({})).toBe('the ledger is verified up to 12 entries');
    expect(told({ status: 'waiting', size: 0 })).toBe('the ledger has shown nothing yet');
  });

  it('is loud about a lie, while it lasts and while nobody has taken the refusal', () => {
    expect(told({ status: 'refusing', refusals: [refusal] })).toContain('REFUSED (SPLIT_VIEW at size 12');
    expect(told({ refusals: [{ ...refusal, isDelivered: false }] })).toContain(
      'refusals before: 1; refusals not handed in yet: 1',
    );
  });

  it('warns of a ledger that is silent for too long', () => {
    expect(told({ isSilent: true })).toContain(`WARNING: nothing of it that holds since ${at}`);
  });
});
