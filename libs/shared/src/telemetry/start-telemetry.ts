import { context, propagation, trace, type Tracer } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, type SpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { newId } from '../kernel/index.ts';
import { complainingExporter } from './complaining-exporter.ts';
import { KeepSampler } from './keep-sampler.ts';
import type { Logger } from './logger.ts';
import { type SamplerSettings, samplingOf } from './sampling.ts';
import { spanIds } from './span-ids.ts';
import { tracing } from './tracing-state.ts';

export interface TelemetryOptions {
  service: string;
  /** Base URL of an OTLP receiver; spans go to `/v1/traces` under it as JSON. Absent: nothing is recorded. */
  endpoint?: string | undefined;
  /** Where `OTEL_TRACES_SAMPLER` and `OTEL_TRACES_SAMPLER_ARG` stand: the loaded settings. */
  environment?: SamplerSettings;
  /** Told, at most once a minute, that spans cannot be exported. */
  logger?: Logger;
  /** Milliseconds that `shutdown` waits at most; 3,000 by default. */
  shutdownMs?: number;
}

export interface Telemetry {
  /** Sends what is waiting, within `shutdownMs`: a dead receiver must not hold up a stop. */
  shutdown(): Promise<void>;
}

/** The span processor is an argument so that a test can look at spans without a receiver. */
export function startTracing(options: TelemetryOptions, processor: SpanProcessor | undefined): Telemetry {
  const sampling = samplingOf(options.environment);
  tracing.sampling = sampling;
  if (processor === undefined) {
    tracing.tracer = undefined;
    return { shutdown: () => Promise.resolve() };
  }
  const provider = new TracerProvider({
    resource: defaultResource().merge(
      resourceFromAttributes({
        'service.name': options.service,
        'service.namespace': 'countersign',
        'service.instance.id': newId(),
      }),
    ),
    sampler: new KeepSampler(sampling),
    idGenerator: spanIds,
    spanLimits: { linkCountLimit: 512, attributeValueLengthLimit: 4096 },
    spanProcessors: [processor],
  });
  const tracer = provider.getTracer('countersign');
  tracing.tracer = tracer;
  // Our own spans take their parent as an argument; these three are for libraries that trace by themselves.
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  return { shutdown: () => stopTracing(provider, tracer, options.shutdownMs ?? 3_000) };
}

async function stopTracing(provider: TracerProvider, tracer: Tracer, shutdownMs: number): Promise<void> {
  if (tracing.tracer === tracer) {
    tracing.tracer = undefined;
    tracing.sampling = samplingOf();
    trace.disable();
    context.disable();
    propagation.disable();
  }
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(() => resolve(), shutdownMs);
  });
  await Promise.race([provider.shutdown().catch(() => undefined), late]);
  clearTimeout(timer);
}

/** Starts the tracing of this process. Call it first in `main.ts`, and `shutdown` as the last step of the stop. */
export function startTelemetry(options: TelemetryOptions): Telemetry {
  if (options.endpoint === undefined) {
    return startTracing(options, undefined);
  }
  const plain = new OTLPTraceExporter({
    url: `${options.endpoint.replace(/\/+$/, '')}/v1/traces`,
    timeoutMillis: 5_000,
  });
  const exporter = options.logger === undefined ? plain : complainingExporter(plain, options.logger);
  return startTracing(options, new BatchSpanProcessor({ exporter, maxQueueSize: 8_192, scheduledDelayMillis: 1_000 }));
}
