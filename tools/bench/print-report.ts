import { cpus } from 'node:os';
import type { RowCounts } from './count-rows.ts';
import { type Scenario, sealedRequired } from './scenarios.ts';
import { tableOf } from './table-of.ts';

export interface Measured {
  scenario: Scenario;
  perSecond: number;
  p50: number;
  p99: number;
  requests: number;
  bad: number;
  sample?: string | undefined;
  /** CPU microseconds per request, by process. */
  cpu: Record<string, number>;
}

export interface Report {
  date: string;
  machine: string;
  /** Microseconds of one Ed25519 signature: the pulse of the host, which is not steady. */
  signature_us: number;
  connections: number;
  seconds: number;
  settings: Record<string, string>;
  results: Measured[];
  /** Bundles sealed a second, from the first acceptance to the last seal. */
  sealed_per_second: number;
  rows: RowCounts;
  faults: string[];
}

export function describeMachine(): string {
  const [first] = cpus();
  return `${cpus().length} x ${first?.model.trim() ?? 'unknown CPU'}`;
}

const number = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** The report for eyes on a terminal; it is also good Markdown. */
export function printReport(report: Report): string {
  const processes = Object.keys(report.results[0]?.cpu ?? {});
  const head = [
    'path',
    'req/s',
    'required',
    'aimed',
    'p50 ms',
    'p99 ms',
    'bad',
    ...processes.map((name) => `${name} us`),
    'sum us',
  ];
  const rows = report.results.map(({ scenario, perSecond, p50, p99, bad, cpu }) => [
    scenario.name,
    number.format(perSecond),
    number.format(scenario.required),
    number.format(scenario.aimed),
    p50.toFixed(1),
    p99.toFixed(1),
    String(bad),
    ...processes.map((name) => number.format(cpu[name] ?? 0)),
    number.format(Object.values(cpu).reduce((sum, one) => sum + one, 0)),
  ]);
  const { incidents, decisions, orders, bundles, sealed } = report.rows;
  return [
    `${report.date} · ${report.machine} · one signature ${report.signature_us.toFixed(0)} us · ${report.connections} connections · ${report.seconds} s each`,
    `settings: ${Object.entries(report.settings)
      .map(([name, value]) => `${name}=${value}`)
      .join(' ')}`,
    '',
    ...tableOf([head, ...rows]),
    '',
    `evidence sealed: ${number.format(report.sealed_per_second)} a second (required ${sealedRequired})`,
    `rows: ${incidents} incidents, ${decisions} decisions, ${orders} orders; ${bundles} bundles, ${sealed} sealed`,
    ...(report.faults.length === 0
      ? ['every answer and every row as it should be']
      : report.faults.map((fault) => `FAULT: ${fault}`)),
  ].join('\n');
}
