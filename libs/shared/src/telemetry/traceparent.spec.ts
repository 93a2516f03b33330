import { describe, expect, it } from 'vitest';
import { keepsTrace, samplingOf } from './sampling.ts';
import { isSampled, newTraceparent, parseTraceparent, spanIdOf, traceIdOf } from './traceparent.ts';

const trace = '0af7651916cd43dd8448eb211c80319c';
const span = 'b7ad6b7169203331';

describe('traceparent', () => {
  it('takes the example of the W3C recommendation', () => {
    const valid = `00-${trace}-${span}-01`;
    expect(parseTraceparent(valid)).toBe(valid);
    expect([traceIdOf(valid), spanIdOf(valid), isSampled(valid)]).toEqual([trace, span, true]);
  });

  it.each([
    ['another version', `01-${trace}-${span}-01`],
    ['the forbidden version', `ff-${trace}-${span}-01`],
    ['more after the flags', `00-${trace}-${span}-01-x`],
    ['a line feed at the end', `00-${trace}-${span}-01\n`],
    ['upper case', `00-${trace.toUpperCase()}-${span}-01`],
    ['an all-zero trace id', `00-${'0'.repeat(32)}-${span}-01`],
    ['an all-zero span id', `00-${trace}-${'0'.repeat(16)}-01`],
    ['a short trace id', `00-${trace.slice(1)}-${span}-01`],
    ['flags that are no hex', `00-${trace}-${span}-0g`],
    ['a header that came twice', [`00-${trace}-${span}-01`, `00-${trace}-${span}-01`]],
    ['nothing', undefined],
  ])('refuses %s', (_name, value) => {
    expect(parseTraceparent(value)).toBeUndefined();
  });

  it('reads the lowest bit of the flags, whatever the others say', () => {
    for (let flags = 0; flags < 256; flags += 1) {
      const value = `00-${trace}-${span}-${flags.toString(16).padStart(2, '0')}`;
      expect(isSampled(value)).toBe((flags & 1) === 1);
    }
  });

  it('makes valid, distinct ones', () => {
    const made = Array.from({ length: 2_000 }, () => newTraceparent(false));
    expect(made.every((one) => parseTraceparent(one) === one && !isSampled(one))).toBe(true);
    expect(new Set(made.map(traceIdOf)).size).toBe(made.length);
    expect(new Set(made.map(spanIdOf)).size).toBe(made.length);
  });
});

describe('sampling', () => {
  const idWith = (lowest: string): string => `${trace.slice(0, 18)}${lowest}${trace.slice(26)}`;

  it.each([
    [undefined, undefined, { parentBased: true, ratio: 1 }],
    ['always_off', undefined, { parentBased: false, ratio: 0 }],
    ['parentbased_always_off', 1, { parentBased: true, ratio: 0 }],
    ['parentbased_always_on', '0.1', { parentBased: true, ratio: 1 }],
    ['traceidratio', '0.05', { parentBased: false, ratio: 0.05 }],
    ['parentbased_traceidratio', 0.05, { parentBased: true, ratio: 0.05 }],
    ['parentbased_traceidratio', 'nonsense', { parentBased: true, ratio: 1 }],
  ])('reads sampler %s with argument %s', (name, argument, expected) => {
    expect(samplingOf({ OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: argument })).toEqual(expected);
  });

  it('decides by the trace id alone, at the edge of the share', () => {
    const half = { parentBased: true, ratio: 0.5 };
    expect(keepsTrace(half, idWith('7fffffff'))).toBe(false);
    expect(keepsTrace(half, idWith('80000000'))).toBe(true);
  });

  it('follows the parent only when it is parent-based', () => {
    expect(keepsTrace({ parentBased: true, ratio: 1 }, trace, false)).toBe(false);
    expect(keepsTrace({ parentBased: true, ratio: 0 }, trace, true)).toBe(true);
    expect(keepsTrace({ parentBased: false, ratio: 0 }, trace, true)).toBe(false);
  });

  it('keeps about the share of new traces', () => {
    const share = { parentBased: true, ratio: 0.2 };
    const kept = Array.from({ length: 5_000 }, () => keepsTrace(share, traceIdOf(newTraceparent()))).filter(Boolean);
    expect(kept.length).toBeGreaterThan(800);
    expect(kept.length).toBeLessThan(1_200);
  });
});
