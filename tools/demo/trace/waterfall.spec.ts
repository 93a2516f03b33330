import { describe, expect, it } from 'vitest';
import type { StoredSpan } from '../../stack/index.ts';
import { renderWaterfall } from './render-waterfall.ts';
import { placeSpans } from './span-tree.ts';

const span = (
  span_id: string,
  parent: string | null,
  startMs: number,
  durationMs: number,
  service = 'gateway',
): StoredSpan => ({
  trace_id: 't',
  span_id,
  parent_span_id: parent,
  name: `span ${span_id}`,
  kind: 1,
  service,
  // Beyond what a JavaScript number can hold to the nanosecond.
  start_unix_nano: String(1_795_260_916_184_264_160n + BigInt(startMs) * 1_000_000n),
  end_unix_nano: String(1_795_260_916_184_264_160n + BigInt(startMs + durationMs) * 1_000_000n),
  attributes: {},
  status: 0,
  links: [],
});

describe('the spans of a trace', () => {
  it('stand below their parents in the order of their start', () => {
    const spans = [span('c', 'a', 30, 5), span('d', 'b', 12, 1), span('b', 'a', 10, 10), span('a', null, 0, 50)];
    expect(placeSpans(spans).map(({ name, depth, startMs, durationMs }) => [name, depth, startMs, durationMs])).toEqual(
      [
        ['span a', 0, 0, 50],
        ['span b', 1, 10, 10],
        ['span d', 2, 12, 1],
        ['span c', 1, 30, 5],
      ],
    );
  });

  it('stand at the top when their parent was exported by nobody', () => {
    expect(placeSpans([span('b', 'gone', 5, 1), span('a', null, 0, 1)]).map(({ depth }) => depth)).toEqual([0, 0]);
  });

  it('cannot make it run for ever: two that name each other are left out', () => {
    expect(placeSpans([span('a', 'b', 0, 1), span('b', 'a', 0, 1)])).toEqual([]);
  });
});

describe('the waterfall', () => {
  const spans = placeSpans([
    span('a', null, 0, 100),
    span('b', 'a', 50, 50, 'runbooks'),
    span('c', 'b', 99, 0, 'orders'),
  ]);
  const lines = renderWaterfall(spans, { columns: 80, paint: (_, text) => text }).split('\n');
  const barOf = (line: string) => ({
    from: line.search(/[▏▎▍▌▋▊▉█]/),
    length: (line.match(/[▏▎▍▌▋▊▉█]/g) ?? []).length,
  });

  it('draws each bar where and as long as its span was', () => {
    const [whole, half] = [barOf(lines[0]!), barOf(lines[1]!)];
    expect(half.from - whole.from).toBe(Math.floor(whole.length / 2));
    expect(Math.abs(half.length - whole.length / 2)).toBeLessThanOrEqual(1);
  });

  it('shows even what took no time, and keeps every line as wide', () => {
    expect(barOf(lines[2]!).length).toBe(1);
    expect(new Set(lines.slice(0, 3).map((line) => line.length)).size).toBe(1);
  });

  it.each([50, 80, 120, 300])('keeps within %i columns, whatever the names', (columns) => {
    const long = spans.map((placed) => ({ ...placed, name: placed.name.repeat(9) }));
    const widths = renderWaterfall(long, { columns, paint: (_, text) => text })
      .split('\n')
      .map((line) => line.length);
    expect(Math.max(...widths)).toBeLessThanOrEqual(columns);
  });
});
