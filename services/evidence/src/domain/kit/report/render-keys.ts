import type { KeyValidity, KitKeys } from '../derive/list-keys.ts';
import type { KitData } from '../facts/kit-data.ts';
import { kitNames } from '../kit-names.ts';
import { html, type Html } from './html.ts';
import { fileLink, readableTime, renderTable } from './readable.ts';

/** Keys with the time for which they counted, and who else saw the ledger. */
export function renderKeys(keys: KitKeys, { checkpoints }: Pick<KitData, 'checkpoints'>): Html {
  const row = (whose: string, key: KeyValidity) => [
    whose,
    html`<code>${key.public_key}</code>`,
    readableTime(key.valid_from),
    key.valid_until === null ? 'counts at the head' : readableTime(key.valid_until),
    fileLink(kitNames.leaf(key.leaf), `leaf ${key.leaf}`),
  ];
  const rows = [
    ...keys.orders.map((key) => row('orders', key)),
    ...keys.appliances.map((key) => row(key.host_id, key)),
  ];
  const seen = checkpoints.map(({ size, cosignatures, stampedAt }) => [
    fileLink(kitNames.checkpoint(size), `first ${size} leaves`),
    html`${cosignatures.map(({ name, time }) => html`<code>${name}</code> <span class="soft">${readableTime(time)}</span><br>`)}`,
    stampedAt === null ? '' : readableTime(stampedAt),
  ]);
  return html`<h2 id="keys">Keys and witnesses</h2>
${renderTable('Keys', ['Whose', 'Public key (Ed25519)', 'From', 'Until', 'Announced in'], rows)}
<h3>Who else saw the ledger</h3>
${seen.length === 0 ? html`<p>No appliance had cosigned, and no authority had timestamped, an earlier state of the ledger.</p>` : renderTable('Witnessed checkpoints', ['State', 'Cosigned by (their clocks)', 'Timestamped'], seen)}`;
}
