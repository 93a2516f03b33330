import type { Story } from '../derive/build-stories.ts';
import { describeStep } from '../derive/describe-step.ts';
import type { KitData } from '../facts/kit-data.ts';
import { kitNames } from '../kit-names.ts';
import { html, type Html } from './html.ts';
import { fileLink, readableTime, renderTable } from './readable.ts';

/** Leaves of no incident: routine evidence, keys, principals, holds, silences. */
export function renderOther({ leaves }: Pick<KitData, 'leaves'>, stories: readonly Story[]): Html {
  const told = new Set(stories.flatMap(({ steps }) => steps.map(({ leaf }) => leaf)));
  const rows = leaves
    .filter(({ index }) => !told.has(index))
    .map((leaf) => {
      const { title, detail } = describeStep(leaf);
      return [
        readableTime(leaf.time),
        html`${title}${detail !== '' && html`<br><span class="soft">${detail}</span>`}`,
        leaf.traceId === null ? '' : html`<code>${leaf.traceId}</code>`,
        fileLink(kitNames.leaf(leaf.index), `leaf ${leaf.index}`),
      ];
    });
  if (rows.length === 0) return html``;
  return html`<h2 id="other">What else happened</h2>
${renderTable('Events of no incident', ['When', 'What', 'Trace', 'Record'], rows)}`;
}
