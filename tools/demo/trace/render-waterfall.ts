import type { Colour, Paint } from '../output/paint.ts';
import { widthOf } from '../output/table.ts';
import type { PlacedSpan } from './span-tree.ts';

export interface WaterfallOptions {
  /** Of the terminal, in characters. */
  columns: number;
  paint: Paint;
}

const colourOfService: Record<string, Colour> = {
  gateway: 'cyan',
  runbooks: 'magenta',
  orders: 'yellow',
  evidence: 'green',
};
const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** Bars over time, one line per span: service, name below its parent, bar, duration. */
export function renderWaterfall(spans: readonly PlacedSpan[], { columns, paint }: WaterfallOptions): string {
  const total = Math.max(...spans.map(endOf), Number.MIN_VALUE);
  const services = Math.max(...spans.map(({ service }) => service.length));
  const times = 10;
  const room = Math.min(columns, 130) - 2 - services - 1 - 1 - times;
  // The bars get at least a third of the room; a long name is cut.
  const names = Math.max(
    8,
    Math.min(Math.max(...spans.map((span) => nameOf(span).length)), Math.floor((room * 2) / 3)),
  );
  const width = Math.max(8, room - names);

  const lines = spans.map((span) => {
    const colour = colourOfService[span.service] ?? 'blue';
    const name = cut(nameOf(span), names).padEnd(names);
    const bar = drawBar(span, total, width);
    const time = formatMs(span.durationMs).padStart(times);
    return [
      '  ',
      paint(colour, span.service.padEnd(services)),
      ' ',
      span.failed ? paint('red', name) : name,
      ' ',
      paint(colour, bar),
      paint('dim', time),
    ].join('');
  });
  return [...lines, drawAxis(total, 2 + services + 1 + names + 1, width, paint)].join('\n');
}

const endOf = (span: PlacedSpan): number => span.startMs + span.durationMs;
const nameOf = ({ depth, name }: PlacedSpan): string => (depth === 0 ? name : `${'  '.repeat(depth - 1)}└ ${name}`);
const cut = (text: string, width: number): string => (text.length <= width ? text : `${text.slice(0, width - 1)}…`);

/** At least an eighth of a character, so that nothing that happened is invisible. */
function drawBar(span: PlacedSpan, total: number, width: number): string {
  const from = Math.min(Math.floor((span.startMs / total) * width), width - 1);
  const length = Math.max((span.durationMs / total) * width, 1 / 8);
  const whole = Math.min(Math.floor(length), width - from);
  const rest = whole + from < width ? (eighths[Math.round((length - whole) * 8)] ?? '█') : '';
  const bar = '█'.repeat(whole) + rest;
  return ' '.repeat(from) + (bar === '' ? '▏' : bar) + ' '.repeat(Math.max(0, width - from - Math.max(1, bar.length)));
}

function drawAxis(total: number, indent: number, width: number, paint: Paint): string {
  const end = formatMs(total);
  const left = width < 40 ? '0' : `0${formatMs(total / 2).padStart(Math.floor(width / 2) - 1)}`;
  return paint('dim', ' '.repeat(indent) + left + end.padStart(width - widthOf(left)));
}

const formatMs = (ms: number): string => `${ms < 100 ? ms.toFixed(1) : Math.round(ms)} ms`;
