import { encodeInput } from './engine/corpus-file.ts';
import type { TargetReport } from './engine/run-target.ts';

const columns = [
  'target',
  'inputs',
  'per s',
  'covered',
  'corpus',
  'outcomes',
  'slowest ms',
  'blocked ms',
  'MiB',
  'passing',
  'faults',
];

/** The report as a table, with what was found under it. */
export function describeReports(reports: readonly TargetReport[]): string {
  const rows = reports.map((one) => [
    one.target,
    one.inputs,
    Math.round(one.inputs / one.seconds),
    one.covered,
    one.corpus,
    one.outcomes,
    one.slowest.toFixed(0),
    one.longestBlock.toFixed(0),
    one.memory.join(' > '),
    one.passing,
    one.findings.length,
  ]);
  const cells = [columns, ...rows.map((row) => row.map(String))];
  const widths = columns.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  const lines = cells.map((row) => row.map((cell, column) => cell.padStart(widths[column]!)).join('  '));
  const findings = reports.flatMap(({ target, findings: found }) =>
    found.map(({ fault, input }) => `\n${target}: ${fault}\n  ${JSON.stringify(encodeInput(input)).slice(0, 2_000)}`),
  );
  return [...lines, ...findings].join('\n');
}
