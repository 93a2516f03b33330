import { describe, expect, it } from 'vitest';
import { paintFor } from './paint.ts';
import { createProgress } from './progress.ts';
import { renderTable, widthOf } from './table.ts';

describe('the table', () => {
  it('is as wide in every line, whatever is painted in it', () => {
    const paint = paintFor({ isTTY: true }, {});
    const rows = [
      { heading: paint('cyan', 'Orders') },
      { label: 'issued', value: paint('bold', '166'), note: 'a note' },
      { label: 'a much longer label', value: '7' },
    ];
    const lines = renderTable('Title', rows).split('\n');
    expect(new Set(lines.map(widthOf)).size).toBe(1);
    expect(lines[4]).toContain('\u001b[1m166\u001b[0m   a note');
  });
});

describe('colours', () => {
  it.each([
    ['a pipe', { isTTY: false }, {}],
    ['who asks for none', { isTTY: true }, { NO_COLOR: '1' }],
    ['a dumb terminal', { isTTY: true }, { TERM: 'dumb' }],
  ])('are not for %s', (_whom, stream, env) => {
    expect(paintFor(stream, env)('red', 'text')).toBe('text');
  });
});

describe('progress', () => {
  const show = (isTTY: boolean) => {
    const written: string[] = [];
    const progress = createProgress({ isTTY, columns: 40, write: (text) => written.push(text) }, 100);
    for (let reports = 0; reports <= 100; reports += 1) progress.show({ reports, orders: 0, sealed: 0 });
    progress.end();
    return written;
  };

  it('is a line for each tenth where nobody can rewrite one', () => {
    expect(show(false)).toHaveLength(10);
    expect(show(false).every((line) => line.endsWith('\n') && !line.includes('\u001b'))).toBe(true);
  });

  it('rewrites one line of a terminal, never wider than that, and removes it at the end', () => {
    const lines = show(true);
    expect(lines.every((line) => line.startsWith('\r') && !line.includes('\n') && widthOf(line.slice(1)) < 40)).toBe(
      true,
    );
    expect(lines.at(-1)).toBe('\r\u001b[2K');
  });
});
