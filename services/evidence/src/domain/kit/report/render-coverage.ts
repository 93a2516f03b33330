import type { Coverage } from '../derive/measure-coverage.ts';
import { kitNames } from '../kit-names.ts';
import { html, type Html } from './html.ts';
import { fileLink, readableSpan, readableTime, renderTable } from './readable.ts';

const span = ([from, to]: [number, number]) => (from === to ? `${from}` : `${from} to ${to}`);

/** What is missing, first: that is what an auditor asks. */
export function renderCoverage(coverage: Coverage): Html {
  const { chain } = coverage;
  const gaps = [
    ...chain.missing_positions.map((range) => html`Position ${span(range)} of the chain is missing.`),
    ...coverage.runbook_texts_missing.map(
      (digest) => html`The text of the runbook <code>${digest}</code> is not there.`,
    ),
    ...coverage.incidents_undecided.map((id) => html`Nothing was decided about incident <code>${id}</code>.`),
    ...coverage.bundles_contradicting_orders.map(
      ({ position, field, bundle_says, order_says }) =>
        html`The bundle at ${fileLink(kitNames.bundle(position), `position ${position}`)} says ${field} <code>${bundle_says}</code>, and ${order_says === null ? 'the ledger has no such order' : html`the order <code>${order_says}</code>`}.`,
    ),
    ...coverage.integrity_faults.map(
      (leaf) => html`An integrity fault was found: ${fileLink(kitNames.leaf(leaf), `leaf ${leaf}`)}.`,
    ),
    ...coverage.dead_letters.map(
      (leaf) => html`An event was given up on: ${fileLink(kitNames.leaf(leaf), `leaf ${leaf}`)}.`,
    ),
  ];
  return html`<h2 id="coverage">What is covered, and what is missing</h2>
${renderChain(chain)}
${
  gaps.length > 0 &&
  html`<ul>
${gaps.map(
  (gap) => html`<li class="warn">${gap}</li>
`,
)}</ul>`
}
${section(
  'Orders without evidence',
  renderTable(
    'Orders without evidence',
    ['Order', 'Appliance', 'Signed', 'How it ended'],
    coverage.orders_without_evidence.map((one) => [
      fileLink(kitNames.order(one.order_id), one.order_id),
      one.host_id,
      readableTime(one.issued_at),
      one.status ?? 'open at the head',
    ]),
  ),
)}
${section(
  'Appliances that were silent',
  renderTable(
    'Silent appliances',
    ['Appliance', 'Last heard', 'Back', 'Length'],
    coverage.appliances_silent.map(({ host_id, from, to }) => [
      host_id,
      readableTime(from),
      to === null ? 'not at the head' : readableTime(to),
      to === null ? '' : readableSpan(Date.parse(to) - Date.parse(from)),
    ]),
  ),
)}
${section(
  'Bundles that came late',
  renderTable(
    'Late bundles',
    ['Bundle', 'Appliance', 'Handed in', 'Behind'],
    coverage.bundles_late.map((one) => [
      one.bundle_id,
      one.host_id,
      readableTime(one.submitted_at),
      readableSpan(one.clock_behind_seconds * 1000),
    ]),
  ),
)}
${section(
  'Accepted, and not sealed at the head',
  renderTable(
    'Bundles not sealed',
    ['Bundle', 'Appliance', 'Handed in'],
    coverage.bundles_not_sealed.map((one) => [one.bundle_id, one.host_id, readableTime(one.submitted_at)]),
  ),
)}
${section(
  'Refused',
  renderTable(
    'Refused bundles',
    ['Bundle', 'Appliance', 'Why', 'When'],
    coverage.bundles_refused.map((one) => [one.bundle_id, one.host_id, one.error_code, readableTime(one.refused_at)]),
  ),
)}
${section(
  'Appliances',
  renderTable(
    'Appliances',
    ['Appliance', 'Registered in the ledger', 'Bundles'],
    coverage.appliances.map((one) => [one.host_id, one.registered ? 'yes' : 'no', one.bundles]),
  ),
)}`;
}

function renderChain({ bundles, first_position, last_position, missing_positions }: Coverage['chain']): Html {
  if (first_position === null) return html`<p>No bundle was sealed in this time.</p>`;
  const whole = missing_positions.length === 0;
  return html`<p>The chain of the site holds ${bundles} bundles from position ${first_position} to ${last_position}${whole ? ', without a gap.' : ', with gaps.'}</p>`;
}

const section = (title: string, table: Html): Html | false =>
  table.text !== '' &&
  html`<h3>${title}</h3>
${table}`;
