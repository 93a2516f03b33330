import { describe, expect, it } from 'vitest';
import { evidenceStateOf } from './evidence-state.ts';

describe('the state of a bundle', () => {
  const at = new Date(0);
  const none = { stored_at: null, sealed_at: null, ledgered_at: null };

  it('is that of the last thing that happened', () => {
    expect(evidenceStateOf(none)).toBe('accepted');
    expect(evidenceStateOf({ ...none, stored_at: at })).toBe('stored');
    expect(evidenceStateOf({ ...none, stored_at: at, sealed_at: at })).toBe('sealed');
    expect(evidenceStateOf({ stored_at: at, sealed_at: at, ledgered_at: at })).toBe('ledgered');
  });

  it('needs no time of storage: what was sealed before that was noted is sealed', () => {
    expect(evidenceStateOf({ ...none, sealed_at: at })).toBe('sealed');
  });
});
