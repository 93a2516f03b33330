import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import type { Logger } from './logger.ts';

const complaintEveryMs = 60_000;

/** The exporter, with a line in the log (at most one a minute) when spans are lost; by itself it is silent. */
export function complainingExporter(exporter: SpanExporter, logger: Logger): SpanExporter {
  let last = Number.NEGATIVE_INFINITY;
  return {
    export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
      exporter.export(spans, (result) => {
        const now = performance.now();
        if (result.code !== ExportResultCode.SUCCESS && now - last >= complaintEveryMs) {
          last = now;
          logger.warn({ error: result.error, spans: spans.length }, 'spans cannot be exported');
        }
        done(result);
      });
    },
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
    shutdown: () => exporter.shutdown(),
  };
}
