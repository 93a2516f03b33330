import type { ControlMap } from '../derive/map-controls.ts';
import { kitNames } from '../kit-names.ts';
import { html, type Html } from './html.ts';
import { fileLink, renderTable } from './readable.ts';

/** The paragraphs of the rule, with the evidence about each. */
export function renderControls({ rule, controls, shown_by_the_kit }: ControlMap): Html {
  const rows = controls.map(({ citation, title, section, bundles, incidents }) => [
    html`§ ${citation}`,
    title === null
      ? html`<span class="soft">not in our table of the rule</span>`
      : html`${title}<br><span class="soft">${section}</span>`,
    html`${bundles.map(({ position, outcome }) => html`${fileLink(kitNames.bundle(position), String(position))} <span class="soft">${outcome}</span> `)}`,
    html`${incidents.map((id) => html`<a href="#incident-${id}">${id.slice(0, 8)}</a> `)}`,
  ]);
  return html`<h2 id="controls">Controls</h2>
<p>${rule}. What follows is what appliances and runbooks say a bundle or an incident is about; whether it suffices is for the auditor.</p>
${renderTable('Controls with their evidence', ['Paragraph', 'Title', 'Bundles by position', 'Incidents'], rows)}
<h3>Shown by the kit itself</h3>
${renderTable(
  'Controls that the kit itself shows',
  ['Paragraph', 'Title', 'By'],
  shown_by_the_kit.map(({ citation, title, by }) => [html`§ ${citation}`, title, by]),
)}`;
}
