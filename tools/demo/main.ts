import type { StoredSpan } from '../stack/index.ts';
import { readDemoOptions, usage } from './demo-options.ts';
import { findSystem } from './find-system.ts';
import { paintFor } from './output/paint.ts';
import { createProgress } from './output/progress.ts';
import { renderSummary, renderVerdict } from './output/render-summary.ts';
import { type DemoRun, runDemo } from './run-demo.ts';
import { fetchTrace } from './trace/fetch-trace.ts';
import { pickOrder } from './trace/pick-order.ts';
import { renderWaterfall } from './trace/render-waterfall.ts';
import { placeSpans } from './trace/span-tree.ts';

/** The program of `npm run demo`: tools/bootstrap.mjs runs it on the Node of node_modules. */

interface FoundTrace {
  traceId: string;
  incidentId: string;
  spans: StoredSpan[];
}

async function main(): Promise<void> {
  const options = readDemoOptions(process.argv.slice(2));
  if (options === undefined) return console.log(usage);
  const system = await findSystem(options);
  const progress = createProgress(process.stderr, options.incidents);
  const run = await runDemo(options, system, progress);
  const { summary } = run;
  if (!summary.every_order_accounted_for || summary.problems.length > 0) process.exitCode = 1;
  const trace = await findTrace(run, system.otlpUrl);
  if (options.json) {
    console.log(
      JSON.stringify({ ...summary, trace: trace && { trace_id: trace.traceId, spans: placeSpans(trace.spans) } }),
    );
    return;
  }
  const paint = paintFor(process.stdout, process.env);
  console.log(`\n${renderSummary(summary, paint)}\n${renderVerdict(summary, paint)}\n`);
  if (trace === undefined) return console.log('No trace to show: the trace sink has none of this run.\n');
  const { traceId, incidentId, spans } = trace;
  console.log(`  ${paint('bold', 'One incident, one trace')}  incident ${incidentId}, trace ${traceId}\n`);
  console.log(`${renderWaterfall(placeSpans(spans), { columns: process.stdout.columns || 120, paint })}\n`);
}

async function findTrace({ tally }: DemoRun, otlpUrl: string | undefined): Promise<FoundTrace | undefined> {
  const order = pickOrder(tally);
  if (!order?.traceId || otlpUrl === undefined) return undefined;
  const { traceId, incidentId } = order;
  const spans = await fetchTrace(otlpUrl, traceId);
  return spans === undefined || spans.length === 0 ? undefined : { traceId, incidentId, spans };
}

// The keys of this run's sites are lost with it; nothing is left to stop.
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

try {
  await main();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
