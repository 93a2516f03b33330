import { stripVTControlCharacters } from 'node:util';

/** Two columns; a row may be a heading over those that follow. */
export type Row = { heading: string } | { label: string; value: string; note?: string };

/** Length on a screen: without colours. */
export const widthOf = (text: string): number => stripVTControlCharacters(text).length;
const padRight = (text: string, width: number) => text + ' '.repeat(Math.max(0, width - widthOf(text)));
const padLeft = (text: string, width: number) => ' '.repeat(Math.max(0, width - widthOf(text))) + text;

/** A framed table: labels to the left, values to the right, notes behind them. */
export function renderTable(title: string, rows: readonly Row[]): string {
  const cells = rows.filter((row) => 'label' in row);
  const widest = (texts: string[]) => Math.max(0, ...texts.map(widthOf));
  const label = widest(cells.map((row) => row.label));
  const value = widest(cells.map((row) => row.value));
  const note = widest(cells.map((row) => row.note ?? ''));
  const inner = Math.max(label + 3 + value + (note > 0 ? 3 + note : 0), widthOf(title), ...rows.map(headingWidth));
  const line = (text: string) => `│ ${padRight(text, inner)} │`;
  const rule = (left: string, right: string) => left + '─'.repeat(inner + 2) + right;
  const body = rows.flatMap((row) =>
    'heading' in row
      ? [rule('├', '┤'), line(row.heading)]
      : [line(`${padRight(row.label, label)}   ${padLeft(row.value, value)}${row.note ? `   ${row.note}` : ''}`)],
  );
  return [rule('╭', '╮'), line(title), ...body, rule('╰', '╯')].join('\n');
}

const headingWidth = (row: Row): number => ('heading' in row ? widthOf(row.heading) : 0);
