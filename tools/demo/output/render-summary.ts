import type { RunSummary } from './describe-run.ts';
import type { Paint } from './paint.ts';
import { renderTable, type Row } from './table.ts';

/** The table at the end. */
export function renderSummary(run: RunSummary, paint: Paint): string {
  const { incidents, tiers, orders, repeats } = run;
  const row = (label: string, value: number | string, note?: string): Row => ({
    label,
    value: paint('bold', String(value)),
    ...(note ? { note: paint('dim', note) } : {}),
  });
  /** What must be refused: all of it, or the number is red. */
  const attack = (label: string, { tried, refused }: { tried: number; refused: number }): Row => ({
    label,
    value: tried === 0 ? '-' : paint(refused === tried ? 'green' : 'red', `${refused} of ${tried}`),
  });
  const heading = (text: string): Row => ({ heading: paint('cyan', text) });
  const ms = ({ p50, p99 }: { p50: number | null; p99: number | null }) => `${p50 ?? '-'} / ${p99 ?? '-'} ms`;

  const rows: Row[] = [
    heading('Reported'),
    row('incidents', incidents.total, `${incidents.incidents} incidents, ${incidents.drifts} drifts`),
    row('  L1: a runbook fits', tiers.L1 + tiers.L2),
    row('  L3: a person is asked', tiers.L3),
    row('joined an open order', incidents.joined, 'the same condition, reported again'),
    row('checks without drift', incidents.checks_without_drift, 'nothing to do, no quota'),
    { label: 'repeats answered alike', value: sameOf(repeats.same_answer, repeats.sent, paint) },
    ...(incidents.limited > 0 ? [row('over the limit of a site', paint('yellow', String(incidents.limited)))] : []),
    heading('Orders'),
    row('issued and signed', orders.issued),
    row('verified by the appliance', orders.verified),
    row('completed', orders.completed),
    row('failed and taken back', orders.failed),
    row('refused by the appliance', orders.refused, 'tampered with on the way'),
    row('evidence sealed', run.evidence.sealed, 'chained, locked, read back'),
    heading('Attacks that were refused'),
    attack('orders tampered with', run.tampered_orders),
    attack('orders replayed', run.replayed_orders),
    attack('evidence forged', run.forged_evidence),
    attack('acting for another site', run.foreign_requests),
    attack('a stolen credential without the key', run.unsigned_requests),
    attack('a signed request sent again', run.resent_requests),
    heading('Times, p50 / p99'),
    row('incident to order', ms(run.incident_to_order_ms)),
    row('incident to sealed evidence', ms(run.incident_to_sealed_evidence_ms)),
  ];
  const title = `Countersign demo: ${run.appliances} appliances, ${run.seconds} s, seed ${run.seed}`;
  return renderTable(paint('bold', title), rows);
}

/** One sentence, and what was wrong, if anything was. */
export function renderVerdict(run: RunSummary, paint: Paint): string {
  const { issued, completed, failed, refused, open } = run.orders;
  const sum = `${issued} issued = ${completed} completed + ${failed} failed + ${refused} refused`;
  const verdict = run.every_order_accounted_for
    ? `${paint('green', '✓')} every order accounted for: ${sum}`
    : `${paint('red', '✗')} not every order is accounted for: ${sum}, ${open} open`;
  const most = 10;
  const lines = run.problems.slice(0, most).map((problem) => `  ${paint('red', '✗')} ${problem}`);
  if (run.problems.length > most) lines.push(`  ... and ${run.problems.length - most} more (--json has all)`);
  return [verdict, ...lines].join('\n');
}

const sameOf = (same: number, sent: number, paint: Paint): string =>
  paint(same === sent ? 'green' : 'red', `${same} of ${sent}`);
