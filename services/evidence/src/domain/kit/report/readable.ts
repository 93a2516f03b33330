import { parseInstant } from '@countersign/shared/crypto';
import { html, type Html } from './html.ts';

/** A time as people read it, `2026-11-21 10:00:06.250 UTC`; a text that is no time stays as it is. */
export function readableTime(text: string): string {
  const at = parseInstant(text);
  if (at === undefined) return text;
  return new Date(at).toISOString().replace('T', ' ').replace('.000Z', 'Z').replace('Z', ' UTC');
}

/** A length of time in its two largest units. */
export function readableSpan(milliseconds: number): string {
  if (!Number.isFinite(milliseconds)) return 'unknown';
  const seconds = Math.round(milliseconds / 1000);
  if (milliseconds < 1000) return `${Math.max(0, Math.round(milliseconds))} ms`;
  const units: [number, string][] = [
    [86_400, 'd'],
    [3_600, 'h'],
    [60, 'min'],
    [1, 's'],
  ];
  const first = units.findIndex(([length]) => seconds >= length);
  const [large, small] = [units[first]!, units[first + 1]];
  const whole = Math.floor(seconds / large[0]);
  const rest = small === undefined ? 0 : Math.floor((seconds - whole * large[0]) / small[0]);
  return rest === 0 ? `${whole} ${large[1]}` : `${whole} ${large[1]} ${rest} ${small![1]}`;
}

/** A table; without rows nothing. */
export function renderTable(
  caption: string,
  columns: readonly string[],
  rows: readonly (readonly (Html | string | number)[])[],
): Html {
  if (rows.length === 0) return html``;
  return html`<table>
<caption class="skip">${caption}</caption>
<thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>
${rows.map(
  (cells) => html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>
`,
)}</tbody>
</table>`;
}

/** A link to another file of the kit: works once it is unpacked. */
export const fileLink = (name: string, label = name): Html => html`<a href="${name}">${label}</a>`;
