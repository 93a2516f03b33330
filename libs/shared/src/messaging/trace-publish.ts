import type { OutboxRow } from '../persistence/index.ts';
import { attributes as names, startSpan } from '../telemetry/index.ts';

/** Sampled contexts end with the flag 01 (W3C Trace Context, section 3.2.2.5). */
const sampledTraceparent = /"traceparent":"(00-[0-9a-f]{32}-[0-9a-f]{16}-01)"/g;

/**
 * A span for the publishing in the trace of each sampled event of the batch: what a crash or an absent broker delayed
 * is seen there. The batch is text already, so the contexts are looked for in the text.
 */
export async function tracePublish(row: OutboxRow, publish: () => Promise<unknown>): Promise<void> {
  const parents = row.payload.includes('-01"')
    ? [...row.payload.matchAll(sampledTraceparent)].map(([, one]) => one!)
    : [];
  const spans = parents.map((parent) =>
    startSpan(`publish ${row.subject}`, {
      kind: 'producer',
      parent,
      attributes: {
        [names.messagingSystem]: 'nats',
        [names.messagingDestination]: row.subject,
        [names.batchId]: row.id,
      },
    }),
  );
  try {
    await publish();
  } catch (error) {
    for (const span of spans) span.fail(error);
    throw error;
  } finally {
    for (const span of spans) span.end();
  }
}
