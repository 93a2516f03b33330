import { cpus } from 'node:os';
import { readKept, writeKept } from './engine/corpus-file.ts';
import type { FuzzTarget } from './engine/fuzz-target.ts';
import { smallCorpus } from './engine/small-corpus.ts';
import { TargetRun, type TargetReport } from './engine/run-target.ts';
import { type FuzzOptions, readFuzzOptions, usage } from './fuzz-options.ts';
import { httpTargets } from './http/http-targets.ts';
import { describeReports } from './print-report.ts';
import { readers } from './targets/readers.ts';

const all: readonly FuzzTarget[] = [...readers, ...httpTargets];

/** The program of `npm run fuzz`: tools/bootstrap.mjs runs it on the Node of node_modules. */
async function main(): Promise<void> {
  const options = readFuzzOptions(process.argv.slice(2));
  if (options === undefined) return console.log(usage);
  if (options.list) return console.log(all.map(({ name, summary }) => `${name.padEnd(20)} ${summary}`).join('\n'));
  const unknown = options.targets?.filter((name) => !all.some((one) => one.name === name)) ?? [];
  if (unknown.length > 0) throw new Error(`There is no target ${unknown.join(', ')}.\n\n${usage}`);
  const chosen = all.filter(({ name }) => options.targets?.includes(name) ?? true);
  const shares = chosen.reduce((sum, { share }) => sum + share, 0);
  process.stderr.write(`fuzz: seed ${options.seed}\n`);
  const reports: TargetReport[] = [];
  for (const target of chosen) {
    reports.push(await fuzz(target, Math.ceil((options.inputs * target.share) / shares), options));
  }
  const count = (of: (report: TargetReport) => number) => reports.reduce((sum, report) => sum + of(report), 0);
  const inputs = count((report) => report.inputs);
  const faults = count(({ findings }) => findings.length);
  const machine = { processors: cpus().length, model: cpus()[0]?.model, node: process.version };
  const summary = {
    seed: options.seed,
    inputs,
    faults,
    seconds: Math.round(count(({ seconds }) => seconds)),
    ...machine,
  };
  console.log(
    options.json
      ? JSON.stringify({
          ...summary,
          targets: reports.map((one) => ({ ...one, findings: one.findings.map(({ fault }) => fault) })),
        })
      : `${describeReports(reports)}\n\n${inputs} inputs, ${faults} faults, ${summary.seconds} s, seed ${options.seed}`,
  );
  if (faults > 0) process.exitCode = 1;
}

async function fuzz(target: FuzzTarget, inputs: number, { seed, save }: FuzzOptions): Promise<TargetReport> {
  const open = await target.open();
  try {
    const { name } = target;
    const kept = [...readKept('regressions', name), ...readKept('corpus', name)];
    const run = new TargetRun(target, open, { inputs, seed, kept, onProgress: tellProgress(name, inputs) });
    const report = await run.run();
    if (process.stderr.isTTY) process.stderr.write('\n');
    if (save) {
      writeKept('corpus', name, await smallCorpus(open, run));
      if (report.findings.length > 0)
        writeKept('regressions', name, [
          ...readKept('regressions', name),
          ...report.findings.map(({ input }) => input),
        ]);
    }
    return report;
  } finally {
    await open.close();
  }
}

/** One line that moves where somebody looks, and one every few seconds where nobody does. */
function tellProgress(name: string, wanted: number) {
  let last = 0;
  return ({
    inputs,
    covered,
    corpus,
    findings,
  }: {
    inputs: number;
    covered: number;
    corpus: number;
    findings: number;
  }) => {
    const now = performance.now();
    if (now - last < (process.stderr.isTTY ? 200 : 10_000) && inputs < wanted) return;
    last = now;
    const line = `${name}: ${inputs} of ${wanted}, ${covered} characters covered, ${corpus} in the corpus, ${findings} faults`;
    process.stderr.write(process.stderr.isTTY ? `\r\u001b[2K${line}` : `${line}\n`);
  };
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(2); // whatever is still open, nobody waits for it
}
