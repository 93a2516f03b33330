import { sha256Hex } from '@countersign/shared/crypto';
import { buildStories } from '../derive/build-stories.ts';
import type { KitKeys } from '../derive/list-keys.ts';
import type { ControlMap } from '../derive/map-controls.ts';
import type { Coverage } from '../derive/measure-coverage.ts';
import type { KitData } from '../facts/kit-data.ts';
import { html, type Html } from './html.ts';
import { renderControls } from './render-controls.ts';
import { renderCoverage } from './render-coverage.ts';
import { renderHead } from './render-head.ts';
import { renderKeys } from './render-keys.ts';
import { renderOther } from './render-other.ts';
import { renderStories } from './render-stories.ts';
import { readableTime } from './readable.ts';
import { style } from './report-style.ts';

export interface ReportParts {
  coverage: Coverage;
  controls: ControlMap;
  keys: KitKeys;
}

/**
 * `report.html`: what a kit holds, for people. One file without script, network or image; it reads aloud in its order and
 * prints on paper. Everything that came from outside is text in it.
 */
export function renderReport(data: KitData, { coverage, controls, keys }: ReportParts): string {
  const { range } = data;
  const stories = buildStories(data);
  const title = html`Evidence of ${range.siteId}, ${range.from.slice(0, 10)} to ${range.to.slice(0, 10)}`;
  const page = html`${renderHead({ title, allowed: html`style-src 'unsafe-inline'`, style })}
<body>
<a class="skip" href="#incidents">Skip to the incidents</a>
<header>
<p class="soft">Countersign · auditor’s kit</p>
<h1>Evidence of ${range.siteId}</h1>
<p>${readableTime(range.from)} to ${readableTime(range.to)}</p>
${renderOrigin(data)}
${renderFigures(coverage)}
</header>
<main>
<p class="soft">This page says in words what the other files of the kit prove. It proves nothing by itself: run the verifier, which
makes this page once more from the proven records and compares the two byte by byte.</p>
${renderCoverage(coverage)}
${renderStories(stories)}
${renderOther(data, stories)}
${renderControls(controls)}
${renderKeys(keys, data)}
</main>
<footer>
<p>Times are the server’s, in UTC, unless it says otherwise. Appliances’ clocks are their word.</p>
</footer>
</body>
</html>
`;
  return page.text;
}

function renderOrigin({ head, ledgerKey, range }: KitData): Html {
  return html`<dl class="facts">
<dt>Site</dt><dd>${range.siteId}</dd>
<dt>Ledger</dt><dd><code>${head.origin}</code>, first ${head.size} leaves</dd>
<dt>Root</dt><dd><code>${head.root}</code></dd>
<dt>Ledger’s key</dt><dd><code>${ledgerKey}</code></dd>
<dt>Fingerprint</dt><dd><code>${sha256Hex(ledgerKey)}</code> (SHA-256 of the line above)</dd>
</dl>`;
}

function renderFigures(coverage: Coverage): Html {
  const { chain } = coverage;
  const gaps = chain.missing_positions.reduce((sum, [from, to]) => sum + to - from + 1, 0);
  const figures: [number, string, string][] = [
    [coverage.incidents, 'incidents', ''],
    [coverage.orders, 'orders', ''],
    [chain.bundles, 'bundles in the chain', ''],
    [gaps, 'positions missing', gaps > 0 ? 'bad' : ''],
    [
      coverage.orders_without_evidence.length,
      'orders without evidence',
      coverage.orders_without_evidence.length > 0 ? 'warn' : '',
    ],
    [coverage.incidents_with_a_person.length, 'given to a person', ''],
    [coverage.bundles_refused.length, 'bundles refused', coverage.bundles_refused.length > 0 ? 'warn' : ''],
    [coverage.appliances_silent.length, 'silences', coverage.appliances_silent.length > 0 ? 'warn' : ''],
  ];
  return html`<ul class="figures">
${figures.map(
  ([count, label, tone]) => html`<li class="${tone}"><b>${count}</b> ${label}</li>
`,
)}</ul>`;
}
